namespace BackupServer.Repository;

/// <summary>The engine cannot go on. The message says what was tried, what came back, and what to do.</summary>
public sealed class RepositoryException(RepositoryErrorKind kind, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What kind of failure this is.</summary>
    public RepositoryErrorKind Kind { get; } = kind;
}
