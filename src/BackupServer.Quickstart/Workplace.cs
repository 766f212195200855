using System.Diagnostics;

namespace BackupServer.Quickstart;

/// <summary>The directory of a run.</summary>
internal sealed class Workplace
{
    private const string Marker = ".backupserver-quickstart";
    private const string Memory = "/dev/shm";
    private const long RoomNeeded = 4L << 30;
    private static readonly string[] Ours = ["home", "away", "reference", "location"];

    private Workplace(string directory, bool isOurs)
    {
        Directory = directory;
        IsOurs = isOurs;
    }

    /// <summary>Its path.</summary>
    public string Directory { get; }

    /// <summary>Whether the quickstart made it, and removes it when it is no longer needed.</summary>
    public bool IsOurs { get; }

    /// <summary>Where backups are kept when nothing else is asked for.</summary>
    public string DefaultLocation => "file://" + Path.Combine(Directory, "location");

    /// <summary>Prepares a directory that was asked for, or makes a new one.</summary>
    /// <exception cref="UsageException">It cannot be used, or holds what is not from an earlier run.</exception>
    public static Workplace Prepare(string? data)
    {
        var place = data is null ? new Workplace(MakeNew(), isOurs: true) : new Workplace(Path.GetFullPath(data), isOurs: false);
        try
        {
            place.Clear();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--data: {place.Directory} cannot be used: {e.Message}");
        }

        return place;
    }

    /// <summary>Removes the directory.</summary>
    /// <exception cref="UsageException">Some of it stays.</exception>
    public void Remove() => Delete(Directory);

    /// <summary>Removes what an earlier run left, and nothing else: without the marker of such a run, what is there is somebody's.</summary>
    private void Clear()
    {
        var marker = Path.Combine(Directory, Marker);
        var taken = Ours.Select(name => Path.Combine(Directory, name)).FirstOrDefault(d => System.IO.Directory.Exists(d) && System.IO.Directory.EnumerateFileSystemEntries(d).Any());
        if (taken is not null && !File.Exists(marker))
        {
            throw new UsageException($"--data: {taken} is not empty and not from a run of the quickstart; name another directory");
        }

        foreach (var directory in Ours.Select(name => Path.Combine(Directory, name)).Where(System.IO.Directory.Exists))
        {
            Delete(directory);
        }

        System.IO.Directory.CreateDirectory(Directory);
        File.WriteAllText(marker, "");
        System.IO.Directory.CreateDirectory(Path.Combine(Directory, "location"));
    }

    /// <summary>
    /// In memory where there is plenty of it: the story writes and deletes a hundred thousand files, and a disk that discards what is deleted
    /// is busy with that for a minute. Whoever sets TMPDIR has chosen.
    /// </summary>
    private static string MakeNew()
    {
        var inMemory = Environment.GetEnvironmentVariable("TMPDIR") is null
            && System.IO.Directory.Exists(Memory)
            && new DriveInfo(Memory).AvailableFreeSpace >= RoomNeeded
            && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >= 2 * RoomNeeded;
        var name = $"backupserver-quickstart-{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}";
        return System.IO.Directory.CreateDirectory(Path.Combine(inMemory ? Memory : Path.GetTempPath(), name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    /// <summary>The volumes hold names that .NET cannot spell, so rm does it.</summary>
    private static void Delete(string directory)
    {
        using var remove = Process.Start("rm", ["-rf", "--", directory]);
        remove.WaitForExit();
        if (remove.ExitCode != 0)
        {
            throw new UsageException($"{directory} cannot be removed");
        }
    }
}
