using BackupServer.Plugins.FileSystem.Interop;

namespace BackupServer.Plugins.FileSystem;

/// <summary>Names of unfinished files. They begin with a character that no key has, so nobody takes them for objects.</summary>
internal static class TemporaryFile
{
    private const string Mark = "~writing-";

    /// <summary>No write takes this long; what is older was left behind by a killed process.</summary>
    private static readonly TimeSpan StaleAge = TimeSpan.FromDays(1);

    /// <summary>A name that nobody uses.</summary>
    public static string NewName(string directory) => Path.Combine(directory, $"{Mark}{Guid.NewGuid():N}");

    /// <summary>Removes what killed processes left in a directory.</summary>
    public static void RemoveStale(string directory, DateTimeOffset now)
    {
        foreach (var path in Directory.EnumerateFiles(directory, Mark + "*"))
        {
            if (FileStatus.Of(path, out _) is { } status && now - status.Modified > StaleAge)
            {
                // Another process may remove it first, or it may belong to another user: neither hinders the write that follows.
                _ = LibC.Unlink(path);
            }
        }
    }
}
