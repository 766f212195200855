using System.Text.RegularExpressions;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.EndToEnd.Tests.Clusters;

namespace BackupServer.EndToEnd.Tests.Kubectl;

/// <summary>kubectl as the client of our kinds.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class KubectlTests(SharedCluster cluster)
{
    private const string Ns = TestCluster.ServerNamespace;

    [Fact]
    public async Task Backup_can_be_applied_waited_for_shown_described_and_deleted()
    {
        var location = await cluster.LocationAsync();
        _ = await cluster.ApplicationAsync();
        var file = Path.Combine(cluster.Directory, "backup.yaml");
        await File.WriteAllTextAsync(file, $"""
            apiVersion: backupserver.io/v1
            kind: Backup
            metadata:
              name: by-kubectl
              namespace: {Ns}
            spec:
              includedNamespaces: [steady]
              defaultVolumesToFsBackup: true
              storageLocation: {location.Name}
            """, TestCluster.Ct);

        (await cluster.KubectlAsync("apply", "-f", file)).Succeeded();
        (await cluster.KubectlAsync("wait", "-n", Ns, "bk/by-kubectl", "--for=jsonpath={.status.phase}=Completed", "--timeout=120s")).Succeeded();
        var table = (await cluster.KubectlAsync("get", "bk", "by-kubectl", "-n", Ns)).Succeeded();
        var again = (await cluster.KubectlAsync("apply", "-f", file)).Succeeded();
        var description = (await cluster.KubectlAsync("describe", "bk", "by-kubectl", "-n", Ns)).Succeeded();
        (await cluster.KubectlAsync("delete", "bk", "by-kubectl", "-n", Ns)).Succeeded();

        Assert.Matches("NAME +PHASE", table);
        Assert.Matches("by-kubectl +Completed", table);
        Assert.Contains("unchanged", again);
        Assert.Matches("Phase: +Completed", description);
        Assert.Matches("Snapshot ID: +[0-9a-f]{64}", description);
    }

    [Theory]
    [InlineData("bk")]
    [InlineData("bks")]
    [InlineData("rst")]
    [InlineData("bsl")]
    [InlineData("bkrepo")]
    [InlineData("vb")]
    [InlineData("vr")]
    [InlineData("dbr")]
    public async Task Kind_can_be_listed_by_its_short_name(string shortName)
    {
        (await cluster.KubectlAsync("get", shortName, "-n", Ns)).Succeeded();
    }

    [Fact]
    public async Task Progress_is_seen_while_a_backup_runs()
    {
        var location = await cluster.LocationAsync();
        var application = await SmallApplication.DeployAsync(cluster, "slow");

        // Agent and server report once a second each: it has to take a few.
        await application.FillAsync(5, 1536 << 20);
        _ = await cluster.CreateBackupAsync("slow", new BackupSpec { IncludedNamespaces = ["slow"], DefaultVolumesToFsBackup = true, StorageLocation = location.Name });

        var seen = await cluster.BackupAsync("slow", b => b.Status?.CompletionTimestamp is not null || b.Status?.Progress is { BytesDone: > 0, TotalBytes: > 0 });
        var table = (await cluster.KubectlAsync("get", "bk", "-n", Ns)).Succeeded();
        _ = await cluster.EndOfBackupAsync("slow");

        Assert.True(seen.Status!.CompletionTimestamp is null, "the backup ended without having shown any progress");
        Assert.Equal(BackupPhase.WaitingForVolumes, seen.Status.Phase);
        Assert.Matches(new Regex("^slow +[A-Z]", RegexOptions.Multiline), table);
    }

    [Fact]
    public async Task Specification_that_breaks_the_schema_is_refused_by_the_cluster()
    {
        var file = Path.Combine(cluster.Directory, "refused.yaml");
        await File.WriteAllTextAsync(file, $"""
            apiVersion: backupserver.io/v1
            kind: Backup
            metadata:
              name: refused
              namespace: {Ns}
            spec:
              verification: Sometimes
              labelSelector: [1]
            """, TestCluster.Ct);

        var result = await cluster.KubectlAsync("apply", "-f", file);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("spec.verification", result.Output);
        Assert.Contains("spec.labelSelector", result.Output);
    }
}
