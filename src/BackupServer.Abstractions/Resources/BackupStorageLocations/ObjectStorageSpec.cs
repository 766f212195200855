using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.BackupStorageLocations;

/// <summary>Bucket and prefix.</summary>
public sealed record ObjectStorageSpec
{
    /// <summary>Bucket or container; for FileSystem the directory.</summary>
    [Required]
    public string Bucket { get; set; } = "";

    /// <summary>Prefix below it.</summary>
    public string? Prefix { get; set; }
}
