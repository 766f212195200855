namespace BackupServer.Abstractions.Plugins.ObjectStores;

/// <summary>What a caller can do about an error of a store.</summary>
public enum ObjectStoreErrorKind
{
    /// <summary>Trying again will not help.</summary>
    Permanent,

    /// <summary>There is no such object, bucket or directory.</summary>
    NotFound,

    /// <summary>The key is taken and the caller forbade replacing.</summary>
    AlreadyExists,

    /// <summary>The credential is refused, or may not do this.</summary>
    Denied,

    /// <summary>No room is left, or a quota is reached.</summary>
    Full,

    /// <summary>The store is read-only.</summary>
    ReadOnly,

    /// <summary>May succeed when tried again: time-outs, dropped connections, 5xx.</summary>
    Transient,

    /// <summary>As Transient, and the store asks for fewer requests.</summary>
    Throttled,
}
