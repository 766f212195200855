using System.Text.Json.Nodes;

namespace BackupServer.Abstractions.Plugins.VolumeSnapshotters;

/// <summary>Takes snapshots of volumes outside the cluster's own snapshot API. Every operation can be repeated after a kill with the same result.</summary>
public interface IVolumeSnapshotter
{
    /// <summary>Value of <c>spec.provider</c> of a VolumeSnapshotLocation.</summary>
    string Name { get; }

    /// <summary>The provider's id of a PersistentVolume; null when the volume is not of this provider.</summary>
    string? GetVolumeId(JsonObject persistentVolume);

    /// <summary>Takes a snapshot; one that carries the same tags already is returned instead.</summary>
    Task<VolumeSnapshotResult> CreateSnapshotAsync(string volumeId, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken);

    /// <summary>Makes a volume of a snapshot.</summary>
    /// <returns>The PersistentVolume to create: the given one, with the new volume's id in it.</returns>
    Task<JsonObject> CreateVolumeAsync(string snapshotHandle, JsonObject persistentVolume, CancellationToken cancellationToken);

    /// <summary>Deletes a snapshot. Deleting one that is not there succeeds.</summary>
    Task DeleteSnapshotAsync(string snapshotHandle, CancellationToken cancellationToken);
}
