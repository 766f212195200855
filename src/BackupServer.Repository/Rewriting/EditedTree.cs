namespace BackupServer.Repository.Rewriting;

/// <summary>What became of a tree.</summary>
/// <param name="Id">The tree now; the one it was if nothing changed.</param>
/// <param name="DroppedFiles">Files that are no longer in it or below.</param>
/// <param name="DroppedBytes">Bytes by which its files are less.</param>
/// <param name="Changes">Entries that were dropped or changed.</param>
internal sealed record EditedTree(ObjectId Id, long DroppedFiles, long DroppedBytes, long Changes);
