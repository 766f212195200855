using System.Runtime.InteropServices;

namespace BackupServer.Repository.Backends;

/// <summary>The words of failures that every backend has.</summary>
public static class BackendErrors
{
    private const int NoSpace = 28;

    /// <summary>A path does not exist.</summary>
    public static RepositoryException NotFound(string path, string location) =>
        new(RepositoryErrorKind.NotFound, $"'{path}' does not exist in {location}");

    /// <summary>A path has other content than what was to be written.</summary>
    public static RepositoryException AlreadyExists(string path, string location) =>
        new(RepositoryErrorKind.AlreadyExists, $"'{path}' already exists in {location} with other content; nothing was written");

    /// <summary>A file ends before the range that was asked for.</summary>
    public static RepositoryException TooShort(string path, string location, long expected, long actual) =>
        new(RepositoryErrorKind.Damaged, $"'{path}' in {location} has {actual} bytes, but {expected} are expected: the file is truncated");

    /// <summary>A file, or a part of it, is too large to be what it should be.</summary>
    public static RepositoryException TooLarge(string path, string location, long length, long maximum) =>
        new(RepositoryErrorKind.Damaged, $"{length} bytes of '{path}' in {location} are more than the {maximum} that are read at once: nothing of a repository is that large");

    /// <summary>The storage below failed. The path is named once: a store that has named it in its own message is quoted as it is.</summary>
    public static RepositoryException Failed(string action, string path, string location, Exception cause)
    {
        var words = SystemErrorOf(cause) is { } error ? Marshal.GetPInvokeErrorMessage(error) + (error == NoSpace ? "; make room, or use a larger volume" : "") : cause.Message;
        return new(RepositoryErrorKind.Backend, words.Contains(path, StringComparison.Ordinal) ? words : $"cannot {action} '{path}' in {location}: {words}", cause);
    }

    /// <summary>The operating system's error number, which .NET keeps in <see cref="Exception.HResult"/>; null where there is none.</summary>
    private static int? SystemErrorOf(Exception cause) => cause switch
    {
        UnauthorizedAccessException { InnerException: IOException inner } => SystemErrorOf(inner),
        IOException { HResult: > 0 and < 4096 } => cause.HResult,
        _ => null,
    };
}
