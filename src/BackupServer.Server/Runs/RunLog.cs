using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Repository.Archiving;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Server.Runs;

/// <summary>
/// Keeps the log of a run that is not in a backup where that of a backup is: in the location, encrypted, as a snapshot of its own in a repository beside the backups. It
/// outlives the server, and goes when the backup is deleted.
/// </summary>
/// <param name="repository">The repository at <see cref="LocationLayout.Restores"/>, its index loaded, its lock held.</param>
/// <param name="clusterName">Name of this cluster.</param>
/// <param name="clusterUid">Its unique id.</param>
internal sealed class RunLog(Repository.Repository repository, string clusterName, string clusterUid)
{
    /// <summary>Stores the log of a restore.</summary>
    /// <param name="restore">The restore with the status that follows from the run.</param>
    /// <param name="snapshotId">The manifests snapshot that was restored.</param>
    /// <param name="log">One JSON object a line.</param>
    /// <param name="cancellationToken">Prevents the commit.</param>
    public Task KeepAsync(Restore restore, string snapshotId, ReadOnlyMemory<byte> log, CancellationToken cancellationToken) => KeepAsync(
        $"/restores/{restore.Metadata.Name}",
        ArchiveLayout.Restore,
        JsonSerializer.SerializeToUtf8Bytes(restore, KubernetesJson.Options),
        log,
        [
            $"{ArchiveLayout.RestoreTag}={restore.Metadata.Name}",
            $"{ArchiveLayout.RestoreUidTag}={restore.Metadata.Uid}",
            $"{ArchiveLayout.OfSnapshotTag}={snapshotId}",
            $"{ArchiveLayout.PhaseTag}={restore.Status?.Phase}",
        ],
        cancellationToken);

    /// <summary>Stores the log of a backup that kept nothing.</summary>
    /// <param name="backup">The backup with the status that follows from the run.</param>
    /// <param name="log">One JSON object a line.</param>
    /// <param name="cancellationToken">Prevents the commit.</param>
    public Task KeepAsync(Backup backup, ReadOnlyMemory<byte> log, CancellationToken cancellationToken) => KeepAsync(
        $"/{backup.Metadata.Name}",
        ArchiveLayout.Backup,
        JsonSerializer.SerializeToUtf8Bytes(backup, KubernetesJson.Options),
        log,
        [
            $"{ArchiveLayout.BackupTag}={backup.Metadata.Name}",
            $"{ArchiveLayout.BackupUidTag}={backup.Metadata.Uid}",
            $"{ArchiveLayout.PhaseTag}={backup.Status?.Phase}",
        ],
        cancellationToken);

    private async Task KeepAsync(
        string path, string subjectFile, ReadOnlyMemory<byte> subject, ReadOnlyMemory<byte> log, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        var snapshot = new SnapshotBuilder(repository);
        await WriteAsync(snapshot, ArchiveLayout.Log, log, cancellationToken);
        await WriteAsync(snapshot, subjectFile, subject, cancellationToken);
        var header = new SnapshotHeader
        {
            HostName = clusterName,
            Paths = [path],
            Tags = [.. tags, $"{ArchiveLayout.ClusterTag}={clusterUid}", $"{ArchiveLayout.FormatTag}={ArchiveLayout.Format}"],
        };
        _ = await snapshot.CommitAsync(header, cancellationToken);
    }

    private static async Task WriteAsync(SnapshotBuilder snapshot, string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var file = snapshot.CreateFile(path);
        try
        {
            await file.WriteAsync(content, cancellationToken);
        }
        catch
        {
            file.Abandon();
            throw;
        }
    }
}
