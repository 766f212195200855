using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.BackupRepositories;

/// <summary>Where the repository is.</summary>
public sealed record BackupRepositorySpec
{
    /// <summary>Name of the BackupStorageLocation.</summary>
    [Required]
    public string StorageLocation { get; set; } = "";

    /// <summary>Path below the location's prefix, for example repositories/volumes/shop.</summary>
    [Required]
    public string Path { get; set; } = "";
}
