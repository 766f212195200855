using System.Text;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.EndToEnd.Tests.Clusters;

namespace BackupServer.EndToEnd.Tests.BadInput;

/// <summary>Locations that cannot be used, or stop being usable.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class LocationTests(SharedCluster cluster)
{
    [Fact]
    public async Task Unwritable_location_is_unavailable_and_says_why()
    {
        // Nobody can make a directory here, root neither.
        var location = await TestLocation.CreateAsync(cluster, "unwritable", "/proc", new BackupStorageLocationSpec());

        var status = (await location.WaitAsync(BackupStorageLocationPhase.Unavailable)).Status!;

        Assert.Contains("/proc", status.Message);
        Assert.Null(status.RepositoryId);
    }

    [Fact]
    public async Task Read_only_location_takes_no_backup()
    {
        var directory = Directory.CreateDirectory(Path.Combine(cluster.Directory, "read-only")).FullName;
        var location = await TestLocation.CreateAsync(cluster, "read-only", directory, new BackupStorageLocationSpec { AccessMode = AccessMode.ReadOnly });
        _ = await location.WaitAsync(BackupStorageLocationPhase.Available);

        _ = await cluster.CreateBackupAsync("into-read-only", new BackupSpec { StorageLocation = "read-only" });
        var problem = Assert.Single((await cluster.EndOfBackupAsync("into-read-only", BackupPhase.FailedValidation)).Status!.ValidationErrors!);

        Assert.Contains("location \"read-only\" is read-only", problem);
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory));
    }

    [Fact]
    public async Task Wrong_password_is_called_so_and_changes_nothing()
    {
        var right = await TestLocation.CreateAsync(cluster, "right-password");
        var secret = Convert.ToBase64String(Encoding.UTF8.GetBytes("a wrong password"));
        _ = await cluster.CreateAsync(
            $$$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"wrong","namespace":"{{{TestCluster.ServerNamespace}}}"},"data":{"key":"{{{secret}}}"} }""");
        var before = FilesOf(right);

        var wrong = await TestLocation.CreateAsync(
            cluster, "wrong-password", right.Directory, new BackupStorageLocationSpec { PasswordSecret = new SecretKeyReference { Name = "wrong", Key = "key" } });
        var status = (await wrong.WaitAsync(BackupStorageLocationPhase.Unavailable)).Status!;

        Assert.Contains("BackupStorageLocation wrong-password", status.Message);
        Assert.Contains($"password in Secret {TestCluster.ServerNamespace}/wrong, key \"key\"", status.Message);
        Assert.DoesNotContain("a wrong password", status.Message);
        Assert.Equal(before, FilesOf(right));
    }

    [Fact]
    public async Task Repository_that_is_gone_is_never_made_again()
    {
        var location = await TestLocation.CreateAsync(cluster, "emptied");
        Directory.Delete(Path.Combine(location.Directory, "repositories"), recursive: true);

        var status = (await location.WaitAsync(BackupStorageLocationPhase.Unavailable)).Status!;

        Assert.Contains("shows none now", status.Message);
        Assert.NotNull(status.RepositoryId);
        Assert.False(File.Exists(Path.Combine(location.Directory, TestLocation.ManifestsPath, "config")));
    }

    [Fact]
    public async Task Full_location_fails_the_backup_says_so_and_keeps_nothing()
    {
        var directory = Directory.CreateDirectory(Path.Combine(cluster.Directory, "full")).FullName;
        await using var disk = await SmallDisk.MountAsync(directory);
        var location = await TestLocation.CreateAsync(cluster, "full", disk.Directory, new BackupStorageLocationSpec());
        _ = await location.WaitAsync(BackupStorageLocationPhase.Available);
        _ = await cluster.ApplicationAsync();
        disk.Fill();

        _ = await cluster.CreateBackupAsync("into-full", new BackupSpec { IncludedNamespaces = ["steady"], DefaultVolumesToFsBackup = true, StorageLocation = "full" });
        var backup = await cluster.BackupAsync("into-full", b => b.Status?.Messages is { Count: > 0 });

        Assert.Contains(backup.Status!.Messages!, m => m.Contains(disk.Complaint, StringComparison.OrdinalIgnoreCase));
        Assert.NotEqual(BackupPhase.Completed, backup.Status.Phase);
        Assert.Null(backup.Status.SnapshotId);
        await cluster.Client.DeleteAsync<BackupStorageLocation>(TestCluster.ServerNamespace, "full", cancellationToken: TestCluster.Ct);
    }

    [Theory]
    [InlineData("data", "pack")]
    [InlineData("index", "index")]
    [InlineData("snapshots", "snapshot")]
    public async Task Restore_from_a_damaged_repository_says_what_is_damaged(string folder, string word)
    {
        var name = "damaged-" + word;
        var location = await TestLocation.CreateAsync(cluster, name);
        _ = await cluster.ApplicationAsync();
        _ = await cluster.CreateBackupAsync(name, new BackupSpec { IncludedNamespaces = ["steady"], DefaultVolumesToFsBackup = true, StorageLocation = name });
        _ = await cluster.EndOfBackupAsync(name);
        Damage(Path.Combine(location.Directory, TestLocation.ManifestsPath, folder));

        _ = await cluster.CreateRestoreAsync(name, new RestoreSpec { BackupName = name, NamespaceMapping = new() { ["steady"] = name } });
        var restore = await cluster.EndOfRestoreAsync(name, RestorePhase.Failed);

        Assert.Contains(restore.Status!.Messages!, m => m.Contains(word, StringComparison.OrdinalIgnoreCase) && m.Contains("damaged", StringComparison.OrdinalIgnoreCase));
    }

    private static List<string> FilesOf(TestLocation location) =>
        [.. Directory.EnumerateFiles(Path.Combine(location.Directory, TestLocation.ManifestsPath), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static void Damage(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var content = File.ReadAllBytes(file);
            for (var i = 0; i < content.Length; i += 64)
            {
                content[i] ^= 0x40;
            }

            File.WriteAllBytes(file, content);
        }
    }
}
