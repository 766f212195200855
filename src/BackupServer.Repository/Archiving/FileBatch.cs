using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>Some successive entries of a directory that are no directories, and what the parent snapshot has of each.</summary>
internal sealed class FileBatch(DirectoryFrame directory, int piece)
{
    public DirectoryFrame Directory => directory;

    /// <summary>Where their nodes belong in the directory's tree.</summary>
    public int Piece => piece;

    public List<(RawName Name, ParentEntry Parent)> Entries { get; } = [];
}
