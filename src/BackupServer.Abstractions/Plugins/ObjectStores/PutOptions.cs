namespace BackupServer.Abstractions.Plugins.ObjectStores;

/// <summary>How an object is stored.</summary>
public sealed record PutOptions
{
    /// <summary>Replace an object of the same key.</summary>
    public static PutOptions Replace { get; } = new();

    /// <summary>Fail with AlreadyExists when the key is taken. Only with <see cref="ObjectStoreCapabilities.PutIfAbsent"/>.</summary>
    public static PutOptions Absent { get; } = new() { IfAbsent = true };

    /// <summary>Whether the key must be free.</summary>
    public bool IfAbsent { get; init; }
}
