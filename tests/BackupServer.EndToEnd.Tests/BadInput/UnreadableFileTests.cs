using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.EndToEnd.Tests.Clusters;

namespace BackupServer.EndToEnd.Tests.BadInput;

/// <summary>Files that the agent may not read.</summary>
public sealed class UnreadableFileTests(UnreadableCluster cluster) : IClassFixture<UnreadableCluster>
{
    [Fact]
    public async Task Files_and_folders_that_may_not_be_read_are_named_and_the_rest_is_kept()
    {
        var location = await TestLocation.CreateAsync(cluster, "unreadable");
        var application = await SmallApplication.DeployAsync(cluster, "secretive");
        await application.FillAsync(3, 1 << 20);
        var directory = await application.VolumeDirectoryAsync();
        var file = Path.Combine(directory, "unreadable");
        var folder = Directory.CreateDirectory(Path.Combine(directory, "closed")).FullName;
        await File.WriteAllTextAsync(file, "x", TestCluster.Ct);
        File.SetUnixFileMode(file, UnixFileMode.None);
        File.SetUnixFileMode(folder, UnixFileMode.None);

        _ = await cluster.CreateBackupAsync("unreadable", new BackupSpec { IncludedNamespaces = ["secretive"], DefaultVolumesToFsBackup = true, StorageLocation = location.Name });
        var backup = await cluster.EndOfBackupAsync("unreadable", BackupPhase.PartiallyFailed);
        _ = await cluster.CreateRestoreAsync("unreadable", new RestoreSpec { BackupName = "unreadable", NamespaceMapping = new() { ["secretive"] = "secretive-again" } });
        _ = await cluster.RestoreAsync("unreadable", r => r.Status?.CompletionTimestamp is not null);
        var restored = await new SmallApplication(cluster, "secretive-again").VolumeDirectoryAsync();

        Assert.Contains(backup.Status!.Messages!, m => m.Contains("secretive/data", StringComparison.Ordinal) && m.Contains("unreadable", StringComparison.Ordinal));
        Assert.Contains(backup.Status.Messages!, m => m.Contains("secretive/data", StringComparison.Ordinal) && m.Contains("closed", StringComparison.Ordinal));
        File.Delete(file);
        Directory.Delete(folder);
        Directory.Delete(Path.Combine(restored, "closed"));
        Trees.AssertEqual(directory, restored);
    }
}
