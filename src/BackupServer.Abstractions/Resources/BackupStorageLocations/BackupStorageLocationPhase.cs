namespace BackupServer.Abstractions.Resources.BackupStorageLocations;

/// <summary>Whether a location can be used.</summary>
public enum BackupStorageLocationPhase
{
    /// <summary>Not tried yet.</summary>
    New,

    /// <summary>Can be used.</summary>
    Available,

    /// <summary>Can not; the message says why.</summary>
    Unavailable,
}
