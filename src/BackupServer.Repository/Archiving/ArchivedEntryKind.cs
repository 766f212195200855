namespace BackupServer.Repository.Archiving;

/// <summary>A file compared with the parent.</summary>
public enum ArchivedEntryKind
{
    /// <summary>The parent does not have it.</summary>
    New,

    /// <summary>It was read again.</summary>
    Changed,

    /// <summary>It was taken from the parent.</summary>
    Unmodified,
}
