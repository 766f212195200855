namespace BackupServer.Abstractions.Plugins.ObjectStores;

/// <summary>What a store can do beyond the basics.</summary>
[Flags]
public enum ObjectStoreCapabilities
{
    /// <summary>Only the basics.</summary>
    None = 0,

    /// <summary>Of several writers of one key with <see cref="PutOptions.IfAbsent"/> exactly one succeeds.</summary>
    PutIfAbsent = 1,
}
