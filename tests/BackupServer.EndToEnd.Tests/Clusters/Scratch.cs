namespace BackupServer.EndToEnd.Tests.Clusters;

/// <summary>
/// Directories of the tests: in memory where there is plenty of it, because these tests write and delete very many files, and a disk that
/// discards what is deleted makes every one of them wait. Whoever sets TMPDIR has chosen.
/// </summary>
internal static class Scratch
{
    private const string Memory = "/dev/shm";
    private const long RoomNeeded = 4L << 30;

    private static readonly bool IsInMemory = Environment.GetEnvironmentVariable("TMPDIR") is null
        && Directory.Exists(Memory)
        && new DriveInfo(Memory).AvailableFreeSpace >= RoomNeeded
        && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >= 2 * RoomNeeded;

    /// <summary>Makes a new directory.</summary>
    public static string Create(string prefix)
    {
        var name = prefix + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal);
        return Directory.CreateDirectory(
            Path.Combine(IsInMemory ? Memory : Path.GetTempPath(), name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }
}
