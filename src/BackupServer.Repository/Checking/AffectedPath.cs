namespace BackupServer.Repository.Checking;

/// <summary>A file or directory that a problem harms.</summary>
/// <param name="Snapshot">The snapshot it is in.</param>
/// <param name="Path">Its path there; <c>/</c> is everything.</param>
public sealed record AffectedPath(ObjectId Snapshot, string Path)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Snapshot.ToShortString()}:{Path}";
}
