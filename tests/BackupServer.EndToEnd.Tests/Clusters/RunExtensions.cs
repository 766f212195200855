using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.EndToEnd.Tests.Clusters;

/// <summary>Backups and restores as a user makes them, and waiting for their ends.</summary>
internal static class RunExtensions
{
    private const string Ns = TestCluster.ServerNamespace;

    public static Task<Backup> CreateBackupAsync(this TestCluster cluster, string name, BackupSpec spec) =>
        cluster.Client.CreateAsync(new Backup { Metadata = new ObjectMeta { Name = name, Namespace = Ns }, Spec = spec }, cancellationToken: TestCluster.Ct);

    public static Task<Restore> CreateRestoreAsync(this TestCluster cluster, string name, RestoreSpec spec) =>
        cluster.Client.CreateAsync(new Restore { Metadata = new ObjectMeta { Name = name, Namespace = Ns }, Spec = spec }, cancellationToken: TestCluster.Ct);

    public static Task<Backup> BackupAsync(this TestCluster cluster, string name, Func<Backup, bool> fits) => Eventually.GetAsync(
        () => cluster.Client.GetAsync<Backup>(Ns, name, TestCluster.Ct), fits, b => $"backup {name} does not come there: {Words(b)}");

    public static Task<Restore> RestoreAsync(this TestCluster cluster, string name, Func<Restore, bool> fits) => Eventually.GetAsync(
        () => cluster.Client.GetAsync<Restore>(Ns, name, TestCluster.Ct), fits, r => $"restore {name} does not come there: {Words(r)}");

    /// <summary>Waits for a backup's end and for what it must be.</summary>
    public static async Task<Backup> EndOfBackupAsync(this TestCluster cluster, string name, BackupPhase expected = BackupPhase.Completed)
    {
        var backup = await cluster.BackupAsync(name, b => b.Status?.CompletionTimestamp is not null);
        Assert.True(backup.Status!.Phase == expected, $"backup {name}: {Words(backup)}");
        return backup;
    }

    /// <summary>Waits for a restore's end and for what it must be.</summary>
    public static async Task<Restore> EndOfRestoreAsync(this TestCluster cluster, string name, RestorePhase expected = RestorePhase.Completed)
    {
        var restore = await cluster.RestoreAsync(name, r => r.Status?.CompletionTimestamp is not null);
        Assert.True(restore.Status!.Phase == expected, $"restore {name}: {Words(restore)}");
        return restore;
    }

    public static Task CancelBackupAsync(this TestCluster cluster, string name) =>
        cluster.Client.PatchAsync<Backup>(Ns, name, Patch.Merge("""{"spec":{"cancel":true}}"""u8.ToArray()), cancellationToken: TestCluster.Ct);

    public static Task CancelRestoreAsync(this TestCluster cluster, string name) =>
        cluster.Client.PatchAsync<Restore>(Ns, name, Patch.Merge("""{"spec":{"cancel":true}}"""u8.ToArray()), cancellationToken: TestCluster.Ct);

    public static string Words(this Backup backup) =>
        $"it is {backup.Status?.Phase}: {string.Join("; ", [.. backup.Status?.ValidationErrors ?? [], .. backup.Status?.Messages ?? []])}";

    public static string Words(this Restore restore) =>
        $"it is {restore.Status?.Phase}: {string.Join("; ", [.. restore.Status?.ValidationErrors ?? [], .. restore.Status?.Messages ?? []])}";
}
