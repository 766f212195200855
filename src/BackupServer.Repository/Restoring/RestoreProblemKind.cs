namespace BackupServer.Repository.Restoring;

/// <summary>What could not be restored of one path.</summary>
public enum RestoreProblemKind
{
    /// <summary>The snapshot names something that cannot be a file's name: it is damaged or hostile. Skipped.</summary>
    UnsafeName,

    /// <summary>The repository lacks or has damaged what is needed. Skipped.</summary>
    Damaged,

    /// <summary>A directory of the target is in the way of something else. Skipped.</summary>
    InTheWay,

    /// <summary>It could not be created or written.</summary>
    NotWritten,

    /// <summary>It is not in the snapshot and could not be removed.</summary>
    NotRemoved,

    /// <summary>It reads back different from the snapshot.</summary>
    Mismatch,

    /// <summary>Content is restored; owners are not, because the process may not set them. Reported once, with the number of entries.</summary>
    Owner,

    /// <summary>Content is restored; mode, times or attributes are not.</summary>
    Metadata,
}
