namespace BackupServer.Abstractions.Resources.Restores;

/// <summary>What happens to an object that exists and differs.</summary>
public enum ExistingResourcePolicy
{
    /// <summary>It stays as it is; a warning says so.</summary>
    None,

    /// <summary>It is patched to what the backup holds.</summary>
    Update,
}
