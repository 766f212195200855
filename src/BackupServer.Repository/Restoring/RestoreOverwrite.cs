namespace BackupServer.Repository.Restoring;

/// <summary>What a restore does with files that exist in the target.</summary>
public enum RestoreOverwrite
{
    /// <summary>Makes them equal to the snapshot; parts that are equal already are not written.</summary>
    Always,

    /// <summary>As <see cref="Always"/>, but a file of the same size and modification time counts as equal unread.</summary>
    IfChanged,

    /// <summary>Leaves them alone, with their metadata.</summary>
    Never,

    /// <summary>As <see cref="Always"/> where the snapshot's modification time is later; leaves the others alone.</summary>
    IfNewer,
}
