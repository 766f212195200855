using System.Diagnostics;

namespace BackupServer.Quickstart;

/// <summary>The directory of a run.</summary>
internal static class Workplace
{
    private static readonly string[] Ours = ["home", "away", "reference", "location"];

    private const string Marker = ".backupserver-quickstart";

    /// <summary>Removes what an earlier run left, and nothing else: without the marker of such a run, what is there is somebody's.</summary>
    public static void Clear(QuickstartOptions options)
    {
        var marker = Path.Combine(options.Data, Marker);
        var taken = Ours.Select(name => Path.Combine(options.Data, name)).FirstOrDefault(d => Directory.Exists(d) && Directory.EnumerateFileSystemEntries(d).Any());
        if (taken is not null && !File.Exists(marker))
        {
            throw new StoryException($"{taken} is not empty and not from a run of the quickstart; name another directory with --data");
        }

        foreach (var name in Ours)
        {
            var directory = Path.Combine(options.Data, name);
            if (Directory.Exists(directory))
            {
                Delete(directory);
            }
        }

        Directory.CreateDirectory(options.Data);
        File.WriteAllText(marker, "");
        if (options.Location == "file://" + Path.Combine(options.Data, "location"))
        {
            Directory.CreateDirectory(Path.Combine(options.Data, "location"));
        }
    }

    /// <summary>Says where everything is.</summary>
    public static void Note(QuickstartOptions options) =>
        Console.WriteLine($"The repositories are in {options.Location}, everything else beside them in {options.Data}; remove the directory when you have seen enough.");

    /// <summary>The volumes hold names that .NET cannot spell, so rm does it.</summary>
    private static void Delete(string directory)
    {
        using var remove = Process.Start("rm", ["-rf", "--", directory]);
        remove.WaitForExit();
        if (remove.ExitCode != 0)
        {
            throw new StoryException($"{directory} of an earlier run cannot be removed");
        }
    }
}
