namespace BackupServer.Repository.Archiving;

/// <summary>What went wrong with one path.</summary>
public enum ArchiveProblemKind
{
    /// <summary>It was listed and then gone. The snapshot does not have it.</summary>
    Vanished,

    /// <summary>It changed while it was read. The snapshot has what was read; the next backup reads it again.</summary>
    Changed,

    /// <summary>It cannot be read. The snapshot does not have it; an unreadable directory is kept without its entries.</summary>
    Unreadable,
}
