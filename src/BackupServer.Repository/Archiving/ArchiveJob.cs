using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>A piece of work of the walk: some files, or a directory.</summary>
/// <param name="Files">The files; null for a directory.</param>
/// <param name="Above">The directory above; null for the root of the snapshot.</param>
/// <param name="Piece">Where the directory's node belongs in the tree above.</param>
/// <param name="Name">Name of the directory.</param>
/// <param name="Parent">The directory in the parent snapshot.</param>
/// <param name="Plan">The plan of the directory, while the walk is in the planned part.</param>
internal readonly record struct ArchiveJob(FileBatch? Files, DirectoryFrame? Above, int Piece, RawName Name, ParentEntry Parent, ArchivePlan? Plan);
