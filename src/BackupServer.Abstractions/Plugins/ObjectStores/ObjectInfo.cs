namespace BackupServer.Abstractions.Plugins.ObjectStores;

/// <summary>One object in a listing.</summary>
/// <param name="Key">Key relative to the configured prefix.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="LastModified">When it was stored, by the store's clock.</param>
public readonly record struct ObjectInfo(string Key, long Size, DateTimeOffset LastModified);
