using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Files;

/// <summary>Paths whose bytes need not be UTF-8.</summary>
public static class RawPath
{
    /// <summary>The parts of the path from the root on; a relative one is below the working directory, and <c>..</c> is what it seems.</summary>
    public static IReadOnlyList<RawName> Parts(RawName path)
    {
        var parts = new List<RawName>();
        var isRooted = !path.IsEmpty && path.Span[0] == (byte)'/';
        foreach (var part in (isRooted ? [] : new RawName(Environment.CurrentDirectory).Split()).Concat(path.Split()))
        {
            if (!part.Span.SequenceEqual(".."u8))
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return parts;
    }

    /// <summary>Whether there is something at the path; a link counts, wherever it leads.</summary>
    public static bool Exists(RawName path)
    {
        var parts = Parts(path);
        if (parts.Count == 0)
        {
            return true;
        }

        try
        {
            using var directory = DirectoryHandle.Open(parts.SkipLast(1).Aggregate(new RawName("/"), static (above, part) => above.Append(part)));
            return directory.TryStat(parts[^1]) is not null;
        }
        catch (FileSystemException)
        {
            // What is above it cannot be opened, or is not there.
            return false;
        }
    }
}
