namespace BackupServer.Abstractions.Plugins.ObjectStores;

/// <summary>A store could not do what was asked.</summary>
public sealed class ObjectStoreException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="kind">What the caller can do about it.</param>
    /// <param name="message">Operation, key, what came back, and what to check.</param>
    /// <param name="innerException">The plugin's own error.</param>
    public ObjectStoreException(ObjectStoreErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>What the caller can do about it.</summary>
    public ObjectStoreErrorKind Kind { get; }

    /// <summary>Whether trying again may help.</summary>
    public bool IsTransient => Kind is ObjectStoreErrorKind.Transient or ObjectStoreErrorKind.Throttled;
}
