using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Tests.Support;

namespace BackupServer.Engine.Tests.Backups;

/// <summary>What a backup says of volumes whose data it does not hold.</summary>
public sealed class CoverageTests
{
    private const string Claim = "persistentvolumeclaims shop/data-db-0";

    [Fact]
    public async Task Claim_that_nobody_opted_in_is_listed_as_unprotected_and_no_failure_where_opt_in_was_chosen()
    {
        await using var world = EngineWorld.WithShop();

        var report = await world.BackUpAsync(EngineWorld.Request(new BackupSpec { IncludedNamespaces = ["shop"], DefaultVolumesToFsBackup = false }));

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.StartsWith(Claim, Assert.Single(report.Coverage.UnprotectedItems!), StringComparison.Ordinal);
        Assert.Equal(Claim, Assert.Single(report.Warnings).About);
    }

    [Theory]
    [InlineData(false, RunOutcome.Completed)]
    [InlineData(null, RunOutcome.PartiallyFailed)]
    public async Task Claim_that_nobody_opted_in_is_a_failure_where_nobody_chose_a_mode(bool? ofServer, RunOutcome expected)
    {
        await using var world = EngineWorld.WithShop();
        var request = EngineWorld.Request(new BackupSpec { IncludedNamespaces = ["shop"] }) with { DefaultVolumesToFsBackup = ofServer };

        var report = await world.BackUpAsync(request);

        Assert.Equal(expected, report.Outcome);
        Assert.Equal(1, report.Coverage.Unprotected);
    }

    [Fact]
    public async Task Backup_while_a_restore_owes_a_claim_its_data_is_PartiallyFailed_and_names_the_claim()
    {
        await using var world = EngineWorld.WithShop();
        world.Cluster["persistentvolumeclaims shop/data-db-0"]!["metadata"]!["annotations"]!["backupserver.io/volume-data-pending"] = "true";

        var report = await world.BackUpAsync();

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Equal(1, report.Coverage.Unprotected);
        Assert.Contains("a restore has not written its data yet", Assert.Single(report.Errors, error => error.About == Claim).Text, StringComparison.Ordinal);
        Assert.Equal(0, world.Agents.Copies);
    }

    [Fact]
    public async Task Empty_dirs_are_listed_as_unprotected_with_one_warning_for_all()
    {
        await using var world = EngineWorld.WithShop();
        foreach (var name in new[] { "one", "two" })
        {
            world.Cluster.Add($$$"""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","namespace":"shop"},"spec":{"nodeName":"node-1","containers":[{"name":"c","image":"c","volumeMounts":[{"name":"tmp","mountPath":"/tmp"}]}],
                "volumes":[{"name":"tmp","emptyDir":{}}]},"status":{"phase":"Running"}}
                """);
        }

        var report = await world.BackUpAsync();

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Equal(2, report.Coverage.Unprotected);
        Assert.Contains("2 volumes that go with their pods", Assert.Single(report.Warnings).Text, StringComparison.Ordinal);
        Assert.Equal(1, world.Agents.Copies);
    }
}
