namespace BackupServer.Abstractions.Resources.BackupStorageLocations;

/// <summary>What may be done in a location.</summary>
public enum AccessMode
{
    /// <summary>Backups are written, read and deleted.</summary>
    ReadWrite,

    /// <summary>Backups are read only.</summary>
    ReadOnly,
}
