namespace BackupServer.DevCluster.Api;

/// <summary>The fieldValidation parameter.</summary>
internal enum FieldValidation
{
    /// <summary>Drop unknown fields silently.</summary>
    Ignore,

    /// <summary>Drop them and warn.</summary>
    Warn,

    /// <summary>Refuse them.</summary>
    Strict,
}
