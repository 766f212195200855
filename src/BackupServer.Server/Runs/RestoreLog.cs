using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Repository.Archiving;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Server.Runs;

/// <summary>
/// Keeps the log of a restore where that of a backup is: in the location, encrypted, as a snapshot of its own in a repository beside the backups. It outlives
/// the server, and goes when the backup is deleted.
/// </summary>
internal static class RestoreLog
{
    /// <summary>Stores the log of a run.</summary>
    /// <param name="repository">The repository at <see cref="LocationLayout.Restores"/>, its index loaded, its lock held.</param>
    /// <param name="restore">The restore with the status that follows from the run.</param>
    /// <param name="snapshotId">The manifests snapshot that was restored.</param>
    /// <param name="log">One JSON object a line.</param>
    /// <param name="clusterName">Name of this cluster.</param>
    /// <param name="clusterUid">Its unique id.</param>
    /// <param name="cancellationToken">Prevents the commit.</param>
    public static async Task KeepAsync(
        Repository.Repository repository, Restore restore, string snapshotId, ReadOnlyMemory<byte> log, string clusterName, string clusterUid, CancellationToken cancellationToken)
    {
        var snapshot = new SnapshotBuilder(repository);
        await WriteAsync(snapshot, ArchiveLayout.Log, log, cancellationToken);
        await WriteAsync(snapshot, ArchiveLayout.Restore, JsonSerializer.SerializeToUtf8Bytes(restore, KubernetesJson.Options), cancellationToken);
        var header = new SnapshotHeader
        {
            HostName = clusterName,
            Paths = [$"/restores/{restore.Metadata.Name}"],
            Tags =
            [
                $"{ArchiveLayout.RestoreTag}={restore.Metadata.Name}",
                $"{ArchiveLayout.RestoreUidTag}={restore.Metadata.Uid}",
                $"{ArchiveLayout.OfSnapshotTag}={snapshotId}",
                $"{ArchiveLayout.ClusterTag}={clusterUid}",
                $"{ArchiveLayout.PhaseTag}={restore.Status?.Phase}",
                $"{ArchiveLayout.FormatTag}={ArchiveLayout.Format}",
            ],
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
