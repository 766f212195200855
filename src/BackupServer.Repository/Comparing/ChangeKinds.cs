namespace BackupServer.Repository.Comparing;

/// <summary>How an entry changed.</summary>
[Flags]
public enum ChangeKinds
{
    /// <summary>It did not.</summary>
    None = 0,

    /// <summary>Only the second snapshot has it.</summary>
    Added = 1,

    /// <summary>Only the first snapshot has it.</summary>
    Removed = 2,

    /// <summary>It is of another type.</summary>
    Type = 4,

    /// <summary>The content of a file is another.</summary>
    Content = 8,

    /// <summary>Content is the same; mode, owner, times, attributes or a link's target are not.</summary>
    Metadata = 16,

    /// <summary>The content is another although size and times say that nobody wrote it: a disk may be failing.</summary>
    Silent = 32,
}
