namespace BackupServer.Abstractions.Resources.Backups;

/// <summary>How a volume's data is protected.</summary>
public enum VolumeMethod
{
    /// <summary>Not at all; the reason is given beside it.</summary>
    Skip,

    /// <summary>Its files are copied into the repository.</summary>
    FileCopy,
}
