namespace BackupServer.Repository.Nodes;

/// <summary>What a node of a tree is. The words of the format stand behind each.</summary>
public enum NodeType
{
    /// <summary><c>file</c></summary>
    File,

    /// <summary><c>dir</c></summary>
    Directory,

    /// <summary><c>symlink</c></summary>
    Symlink,

    /// <summary><c>dev</c>, a block device</summary>
    Device,

    /// <summary><c>chardev</c></summary>
    CharDevice,

    /// <summary><c>fifo</c></summary>
    Fifo,

    /// <summary><c>socket</c>; never written, never restored</summary>
    Socket,

    /// <summary><c>irregular</c>: a kind that the source's system did not name</summary>
    Irregular,
}
