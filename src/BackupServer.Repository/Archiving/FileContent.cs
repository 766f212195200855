using BackupServer.Repository.Files;

namespace BackupServer.Repository.Archiving;

/// <summary>What was read of a file.</summary>
/// <param name="Blobs">Its data blobs.</param>
/// <param name="Size">Bytes read.</param>
/// <param name="Status">Status of the opened file before the first byte was read: a change afterwards shows at the next backup.</param>
/// <param name="ChangedMeanwhile">Whether the status was another after the last byte.</param>
internal sealed record FileContent(IReadOnlyList<ObjectId> Blobs, ulong Size, FileStatus Status, bool ChangedMeanwhile)
{
    /// <summary>Whether the open file was seen to have no extended attributes, so that nobody need look by name.</summary>
    public bool HasNoAttributes { get; init; }
}
