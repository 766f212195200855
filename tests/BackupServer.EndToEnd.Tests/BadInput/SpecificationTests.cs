using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.EndToEnd.Tests.Clusters;

namespace BackupServer.EndToEnd.Tests.BadInput;

/// <summary>Specifications that cannot be carried out are refused with every problem at once.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class SpecificationTests(SharedCluster cluster)
{
    [Fact]
    public async Task Every_problem_of_a_backup_is_named_at_once()
    {
        _ = await cluster.CreateBackupAsync("bad-everywhere", new BackupSpec
        {
            IncludedNamespaces = ["Not_A_Name", "[open"],
            ExcludedResources = ["*"],
            StorageLocation = "nowhere",
        });

        var problems = (await cluster.EndOfBackupAsync("bad-everywhere", BackupPhase.FailedValidation)).Status!.ValidationErrors!;

        Assert.Contains(problems, p => p.StartsWith("spec.includedNamespaces[0]: \"Not_A_Name\"", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("spec.includedNamespaces[1]: \"[open\"", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("spec.excludedResources: \"*\"", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("spec.storageLocation: there is no BackupStorageLocation \"nowhere\"", StringComparison.Ordinal));
        Assert.Equal(4, problems.Count);
    }

    [Fact]
    public async Task Location_with_unknown_provider_names_it_and_those_there_are()
    {
        var location = await TestLocation.CreateAsync(cluster, "unknown-provider", "/anywhere", new BackupStorageLocationSpec { Provider = "Floppy" });

        var status = (await location.WaitAsync(BackupStorageLocationPhase.Unavailable)).Status!;

        Assert.Contains("spec.provider", status.Message);
        Assert.Contains("Floppy", status.Message);
        Assert.Contains("FileSystem", status.Message);
    }

    [Fact]
    public async Task Backup_into_an_unavailable_location_says_what_it_waits_for()
    {
        _ = await TestLocation.CreateAsync(cluster, "not-there", Path.Combine(cluster.Directory, "no-such-directory"), new BackupStorageLocationSpec());
        _ = await cluster.CreateBackupAsync("waiting", new BackupSpec { IncludedNamespaces = ["steady"], StorageLocation = "not-there" });

        var backup = await cluster.BackupAsync("waiting", b => b.Status?.Messages?.Exists(m => m.Contains("no such directory", StringComparison.Ordinal)) == true);

        Assert.Contains("waits for location not-there", backup.Status!.Messages![0]);
        Assert.Null(backup.Status.CompletionTimestamp);
        await cluster.CancelBackupAsync("waiting");
        _ = await cluster.EndOfBackupAsync("waiting", BackupPhase.Canceled);
    }

    [Fact]
    public async Task Restore_of_an_unknown_backup_fails_validation()
    {
        _ = await cluster.CreateRestoreAsync("unknown-backup", new RestoreSpec { BackupName = "never-made" });

        var problem = Assert.Single((await cluster.EndOfRestoreAsync("unknown-backup", RestorePhase.FailedValidation)).Status!.ValidationErrors!);

        Assert.StartsWith("spec.backupName: there is no Backup \"never-made\"", problem);
    }

    [Fact]
    public async Task Restore_of_an_unknown_schedule_fails_validation()
    {
        _ = await cluster.CreateRestoreAsync("unknown-schedule", new RestoreSpec { ScheduleName = "never" });

        var problem = Assert.Single((await cluster.EndOfRestoreAsync("unknown-schedule", RestorePhase.FailedValidation)).Status!.ValidationErrors!);

        Assert.StartsWith("spec.scheduleName: there is no BackupSchedule \"never\"", problem);
    }

    [Fact]
    public async Task Two_namespaces_mapped_into_one_fail_validation()
    {
        _ = await cluster.CreateRestoreAsync(
            "collision", new RestoreSpec { BackupName = "never-made", NamespaceMapping = new() { ["one"] = "same", ["two"] = "same" } });

        var problems = (await cluster.EndOfRestoreAsync("collision", RestorePhase.FailedValidation)).Status!.ValidationErrors!;

        Assert.Contains(problems, p => p.StartsWith("spec.namespaceMapping: one and two both map to \"same\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Schedule_that_cannot_be_read_names_schedule_and_time_zone()
    {
        _ = await cluster.Client.CreateAsync(
            new BackupSchedule
            {
                Metadata = new ObjectMeta { Name = "bad", Namespace = TestCluster.ServerNamespace },
                Spec = new BackupScheduleSpec { Schedule = "61 * * * *", TimeZone = "Mars/Olympus", Template = new BackupSpec() },
            },
            cancellationToken: TestCluster.Ct);

        var schedule = await Eventually.GetAsync(
            () => cluster.Client.GetAsync<BackupSchedule>(TestCluster.ServerNamespace, "bad", TestCluster.Ct),
            s => s.Status?.Phase == BackupSchedulePhase.FailedValidation, s => $"it is {s.Status?.Phase}");

        Assert.Contains(schedule.Status!.ValidationErrors!, p => p.StartsWith("spec.schedule: \"61 * * * *\"", StringComparison.Ordinal));
        Assert.Contains(schedule.Status.ValidationErrors!, p => p.StartsWith("spec.timeZone: \"Mars/Olympus\"", StringComparison.Ordinal));
    }
}
