namespace BackupServer.Repository.Restoring;

/// <summary>What a restore does to a path of the target.</summary>
public enum RestoreAction
{
    /// <summary>It is made.</summary>
    Create,

    /// <summary>The content is compared with that of the snapshot, and the parts that differ are written.</summary>
    Compare,

    /// <summary>Something of another kind goes first.</summary>
    Replace,

    /// <summary>It stays; a directory gets the metadata of the snapshot.</summary>
    Keep,

    /// <summary>It is not in the snapshot and goes.</summary>
    Delete,
}
