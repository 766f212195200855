using BackupServer.Abstractions.Plugins.ObjectStores;

namespace BackupServer.Abstractions.Plugins.DataMovers;

/// <summary>A repository that a data mover may use.</summary>
public sealed record RepositoryAccess
{
    /// <summary>The location's store, wrapped by the host with retries; the mover does not dispose it.</summary>
    public required IObjectStore Store { get; init; }

    /// <summary>Path of the repository in it, for example <c>repositories/volumes/shop</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Password of the repository.</summary>
    public required string Password { get; init; }

    /// <summary>Name of the BackupStorageLocation, for messages; null when there is none.</summary>
    public string? StorageLocation { get; init; }

    /// <summary>Where the password comes from, for messages, such as <c>Secret backup-system/backups, key "password"</c>; null when unknown.</summary>
    public string? PasswordSource { get; init; }

    /// <summary>Whether a missing repository may be made. False when it is known to have existed: then its absence is an error.</summary>
    public bool MayCreate { get; init; }
}
