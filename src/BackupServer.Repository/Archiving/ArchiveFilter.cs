using System.Text;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>What of the files a backup leaves out. Safe for concurrent use.</summary>
internal sealed class ArchiveFilter(ArchiveOptions options)
{
    private readonly PathPatterns _excludes = new(options.Excludes);
    private readonly PathPatterns _ignoringCase = new(options.ExcludesIgnoringCase, ignoreCase: true);

    private readonly (RawName Name, byte[]? Header)[] _markers =
        [.. options.ExcludeMarkers.Select(static marker => (new RawName(marker.FileName), marker.Header is null ? null : Encoding.UTF8.GetBytes(marker.Header)))];

    /// <summary>Whether an entry is left out by its path.</summary>
    public bool Excludes(DirectoryFrame directory, RawName name)
    {
        if (_excludes.IsEmpty && _ignoringCase.IsEmpty)
        {
            return false;
        }

        RawName[] path = directory.PartsOf(name);
        return _excludes.IsMatch(path) || _ignoringCase.IsMatch(path);
    }

    /// <summary>The entries of a directory, or only the file that marks it.</summary>
    public List<DirectoryEntry> Reduce(DirectoryHandle directory, List<DirectoryEntry> entries)
    {
        foreach ((RawName name, byte[]? header) in _markers)
        {
            if (entries.Find(entry => entry.Name == name) is { Name.IsEmpty: false } marker && (header is null || BeginsWith(directory, name, header)))
            {
                return [marker];
            }
        }

        return entries;
    }

    private static bool BeginsWith(DirectoryHandle directory, RawName name, byte[] header)
    {
        try
        {
            using FileHandle file = directory.OpenToRead(name);
            byte[] start = new byte[header.Length];
            return file.Read(start, 0) == start.Length && start.AsSpan().SequenceEqual(header);
        }
        catch (FileSystemException)
        {
            // A marker that cannot be read marks nothing; the backup of the file itself tells why.
            return false;
        }
    }
}
