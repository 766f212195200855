namespace BackupServer.Abstractions.Plugins.ObjectStores;

/// <summary>How to reach an object store.</summary>
public sealed record ObjectStoreConfiguration
{
    /// <summary>Bucket, container or directory.</summary>
    public required string Bucket { get; init; }

    /// <summary>Prefix of all keys, without slashes at its ends; may be empty. Keys given to the store are relative to it.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Settings of the plugin.</summary>
    public IReadOnlyDictionary<string, string> Config { get; init; } = new Dictionary<string, string>();

    /// <summary>Content of the credential's Secret key; null when none is given.</summary>
    public ReadOnlyMemory<byte>? Credential { get; init; }
}
