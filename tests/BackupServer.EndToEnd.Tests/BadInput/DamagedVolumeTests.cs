using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.EndToEnd.Tests.Clusters;

namespace BackupServer.EndToEnd.Tests.BadInput;

/// <summary>Storage that changed beneath what earlier backups stored of a volume.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class DamagedVolumeTests(SharedCluster cluster)
{
    [Fact]
    public async Task Backup_that_leans_on_a_damaged_pack_of_a_volume_keeps_no_snapshot_of_it_and_says_how_to_mend_that()
    {
        var application = await cluster.ApplicationAsync();
        var location = await TestLocation.CreateAsync(cluster, "damaged-volume");
        var first = await BackUpAsync("damaged-1", location, VerificationMode.Sample, BackupPhase.Completed);
        var pack = Damage(Path.Combine(location.Directory, TestLocation.VolumesPath(application.Namespace), "data"));

        var sample = await BackUpAsync("damaged-2", location, VerificationMode.Sample, BackupPhase.PartiallyFailed);
        var none = await BackUpAsync("damaged-3", location, VerificationMode.None, BackupPhase.Completed);

        var proof = Verified(first);
        Assert.True(proof.Status == ConditionStatus.True, proof.Message);
        Assert.Matches("Of the data of 1 volumes, all directories, [1-9][0-9]* of [1-9][0-9]* new packs .* [1-9][0-9]+ bytes", proof.Message!);
        var words = sample.Words();
        Assert.Contains($"/{application.Namespace}/{SmallApplication.Claim}", words, StringComparison.Ordinal);
        Assert.Contains("BackupStorageLocation damaged-volume", words, StringComparison.Ordinal);
        Assert.Contains($"repair packs {pack}", words, StringComparison.Ordinal);
        Assert.Null(Assert.Single(sample.Status!.Volumes!).SnapshotId);
        Assert.Equal(1, sample.Status.Coverage!.Unprotected);
        Assert.Equal((ConditionStatus.False, "VolumesNotVerified"), (Verified(sample).Status, Verified(sample).Reason));
        Assert.Empty(await location.SnapshotsAsync(TestLocation.VolumesPath(application.Namespace), "backup=damaged-2"));
        Assert.Equal(ConditionStatus.False, Verified(none).Status);
        Assert.Contains("no content was read back", Verified(none).Message!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workload_does_not_start_on_a_volume_that_lacks_contents()
    {
        var application = await cluster.ApplicationAsync();
        var location = await TestLocation.CreateAsync(cluster, "half-volume");
        _ = await BackUpAsync("half", location, VerificationMode.Sample, BackupPhase.Completed);
        _ = Damage(Path.Combine(location.Directory, TestLocation.VolumesPath(application.Namespace), "data"));

        _ = await cluster.CreateRestoreAsync("half", new RestoreSpec { BackupName = "half", NamespaceMapping = new() { [application.Namespace] = "half" } });
        var restore = await cluster.EndOfRestoreAsync("half", RestorePhase.PartiallyFailed);

        Assert.Contains(restore.Status!.Messages!, m => m.Contains("could not be restored whole", StringComparison.Ordinal));
        Assert.Contains(restore.Status.Messages!, m => m.Contains("deployments.apps half/small", StringComparison.Ordinal) && m.Contains("Held back", StringComparison.Ordinal));
        Assert.NotNull(await cluster.Client.FindAsync(new GroupVersionResource("", "v1", "configmaps"), "half", "settings", TestCluster.Ct));
        Assert.Null(await cluster.Client.FindAsync(new GroupVersionResource("apps", "v1", "deployments"), "half", "small", TestCluster.Ct));
    }

    private async Task<Backup> BackUpAsync(string name, TestLocation location, VerificationMode verification, BackupPhase expected)
    {
        _ = await cluster.CreateBackupAsync(name, new BackupSpec
        {
            IncludedNamespaces = ["steady"],
            DefaultVolumesToFsBackup = true,
            StorageLocation = location.Name,
            Verification = verification,
        });
        return await cluster.EndOfBackupAsync(name, expected);
    }

    private static Condition Verified(Backup backup) => backup.Status!.Conditions!.Single(condition => condition.Type == "Verified");

    // Every blob of the largest pack, which holds content: what a sample takes is chance.
    private static string Damage(string data)
    {
        var pack = Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).MaxBy(static file => new FileInfo(file).Length)!;
        var bytes = File.ReadAllBytes(pack);
        for (var i = 0; i < bytes.Length; i += 16)
        {
            bytes[i] ^= 0x40;
        }

        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(pack, bytes);
        return Path.GetFileName(pack);
    }
}
