using System.ComponentModel;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.BackupStorageLocations;

/// <summary>Which object store plugin keeps the data, where, and under which password.</summary>
public sealed record BackupStorageLocationSpec
{
    /// <summary>Name of the object store plugin, for example FileSystem.</summary>
    [Required]
    public string Provider { get; set; } = "";

    /// <summary>Bucket and prefix.</summary>
    [Required]
    public ObjectStorageSpec ObjectStorage { get; set; } = new();

    /// <summary>Settings of the plugin.</summary>
    public Dictionary<string, string>? Config { get; set; }

    /// <summary>Credential of the plugin. Absent: what the plugin finds in its surroundings.</summary>
    public SecretKeyReference? Credential { get; set; }

    /// <summary>Password of the repositories. Absent: one is generated into a Secret at first use.</summary>
    public SecretKeyReference? PasswordSecret { get; set; }

    /// <summary>Used by backups that name no location.</summary>
    public bool? Default { get; set; }

    /// <summary>ReadOnly refuses every write.</summary>
    [DefaultValue("ReadWrite")]
    public AccessMode? AccessMode { get; set; }

    /// <summary>How often backups in the location are made known in the cluster; 0s never.</summary>
    [DefaultValue("1m0s")]
    public TimeSpan? BackupSyncPeriod { get; set; }

    /// <summary>How often the location is tried; 0s only once.</summary>
    [DefaultValue("1m0s")]
    public TimeSpan? ValidationFrequency { get; set; }
}
