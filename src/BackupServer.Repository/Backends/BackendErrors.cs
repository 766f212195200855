namespace BackupServer.Repository.Backends;

/// <summary>The words of failures that every backend has.</summary>
public static class BackendErrors
{
    /// <summary>A path does not exist.</summary>
    public static RepositoryException NotFound(string path, string location) =>
        new(RepositoryErrorKind.NotFound, $"'{path}' does not exist in {location}");

    /// <summary>A path has other content than what was to be written.</summary>
    public static RepositoryException AlreadyExists(string path, string location) =>
        new(RepositoryErrorKind.AlreadyExists, $"'{path}' already exists in {location} with other content; nothing was written");

    /// <summary>A file ends before the range that was asked for.</summary>
    public static RepositoryException TooShort(string path, string location, long expected, long actual) =>
        new(RepositoryErrorKind.Damaged, $"'{path}' in {location} has {actual} bytes, but {expected} are expected: the file is truncated");

    /// <summary>The storage below failed.</summary>
    public static RepositoryException Failed(string action, string path, string location, Exception cause) =>
        new(RepositoryErrorKind.Backend, $"cannot {action} '{path}' in {location}: {cause.Message}", cause);
}
