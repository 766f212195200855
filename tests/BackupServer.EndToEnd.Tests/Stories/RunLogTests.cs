using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.EndToEnd.Tests.Processes;

namespace BackupServer.EndToEnd.Tests.Stories;

/// <summary>What a run did, and when: from the location, so that a server that is gone takes no log with it.</summary>
public sealed class RunLogTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task Logs_of_backup_and_restore_tell_what_was_done_also_after_the_server_was_killed()
    {
        var location = await TestLocation.CreateAsync(cluster, "logged");
        var application = await SmallApplication.DeployAsync(cluster, "logged");
        await application.FillAsync(seed: 1, largeBytes: 1 << 20);
        _ = await cluster.CreateBackupAsync("logged", new BackupSpec { IncludedNamespaces = ["logged"], DefaultVolumesToFsBackup = true, StorageLocation = location.Name });
        _ = await cluster.EndOfBackupAsync("logged");
        _ = await cluster.CreateRestoreAsync("logged", new RestoreSpec { BackupName = "logged", NamespaceMapping = new() { ["logged"] = "logged-copy" } });
        _ = await cluster.EndOfRestoreAsync("logged");
        _ = await cluster.KillLeaderAsync();

        var backup = await LogsAsync("backup");
        var restore = await LogsAsync("restore");

        Assert.Contains("INFORMATION Backup logged begins.", backup);
        Assert.Matches(@"configmaps: Listed \d", backup);
        Assert.Matches(@"logged/data: Its files are copied on node node-1, through pod logged/small-", backup);
        Assert.Matches(@"logged/data: Copied into snapshot [0-9a-f]{64}: \d+ files, \d+ bytes", backup);
        Assert.Contains("is about to be committed: Completed", backup);
        Assert.Matches(@"INFORMATION Restore logged of backup logged \(snapshot [0-9a-f]{64}\) begins\.", restore);
        Assert.Contains("configmaps logged-copy/settings: Created.", restore);
        Assert.Contains("persistentvolumeclaims logged-copy/data: Its data is restored: ", restore);
        Assert.Matches(@"Restore logged ends: Completed; \d+ objects made", restore);
        Assert.All((backup + restore).Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(@"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", line));
        Assert.DoesNotContain(SmallApplication.Secret, backup + restore);
    }

    private async Task<string> LogsAsync(string noun) => (await ProgramProcess.RunAsync(
        "dotnet", [Programs.Backupctl, noun, "logs", "logged", "--kubeconfig", cluster.Kubeconfig, "--namespace", TestCluster.ServerNamespace])).Succeeded();
}
