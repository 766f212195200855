using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Files;

/// <summary>
/// Compares two directory trees as lstat, readlink, listxattr and read show them: names, kinds, modes, owners, modification times with nanoseconds, contents,
/// hard link groups, link targets, devices, extended attributes and holes. Sockets are left out, as backups leave them out.
/// It shares with the restorer only the system calls, so that it can be the judge of it.
/// </summary>
public sealed class TreeComparer(TreeComparerOptions? options = null)
{
    /// <summary>Differences that are listed; more are only counted.</summary>
    public const int MaximumDifferences = 100;

    private const int BufferSize = 256 * 1024;

    private readonly TreeComparerOptions _options = options ?? new TreeComparerOptions();
    private readonly List<TreeDifference> _differences = [];
    private readonly Dictionary<(ulong Device, ulong Inode), (ulong Device, ulong Inode)> _links = [];
    private readonly byte[] _left = new byte[BufferSize];
    private readonly byte[] _right = new byte[BufferSize];
    private long _count;
    private long _entries;
    private long _files;
    private long _bytes;

    /// <summary>Compares the trees below two directories.</summary>
    /// <exception cref="FileSystemException">A tree cannot be read.</exception>
    public TreeComparison Compare(string expected, string actual, CancellationToken cancellationToken = default)
    {
        _differences.Clear();
        _links.Clear();
        _count = _entries = _files = _bytes = 0;
        using DirectoryHandle left = DirectoryHandle.Open(expected);
        using DirectoryHandle right = DirectoryHandle.Open(actual);
        if (_options.Root)
        {
            RawName self = new(".");
            CompareMetadata(default, left, self, left.Stat(), right, self, right.Stat());
        }

        CompareBelow(left, right, cancellationToken);
        return new TreeComparison(_entries, _files, _bytes, _count, [.. _differences]);
    }

    // An own stack: a hostile tree is deeper than the thread's.
    private void CompareBelow(DirectoryHandle left, DirectoryHandle right, CancellationToken cancellationToken)
    {
        Stack<(RawName Path, RawName[] Parts)> pending = new();
        pending.Push((default, []));
        while (pending.TryPop(out (RawName Path, RawName[] Parts) directory))
        {
            using DirectoryHandle leftHere = Descend(left, directory.Parts);
            using DirectoryHandle rightHere = Descend(right, directory.Parts);
            Dictionary<RawName, DirectoryEntry> rightNames = rightHere.List().ToDictionary(entry => entry.Name);
            foreach (DirectoryEntry entry in leftHere.List().OrderBy(entry => entry.Name))
            {
                cancellationToken.ThrowIfCancellationRequested();
                RawName path = directory.Path.Append(entry.Name);
                bool found = rightNames.Remove(entry.Name);
                if (CompareEntry(path, entry.Name, leftHere, rightHere, found))
                {
                    pending.Push((path, [.. directory.Parts, entry.Name]));
                }
            }

            foreach (RawName name in rightNames.Keys.Where(name => rightHere.Stat(name).Type != NodeType.Socket))
            {
                Report(directory.Path.Append(name), "unexpected", "nothing", rightHere.Stat(name).Type.ToString());
            }
        }
    }

    private static DirectoryHandle Descend(DirectoryHandle root, RawName[] parts)
    {
        DirectoryHandle current = root.OpenDirectory(new RawName("."));
        foreach (RawName part in parts)
        {
            using DirectoryHandle parent = current;
            current = parent.OpenDirectory(part);
        }

        return current;
    }

    // True when both are directories and must be entered.
    private bool CompareEntry(RawName path, RawName name, DirectoryHandle left, DirectoryHandle right, bool found)
    {
        FileStatus expected = left.Stat(name);
        bool special = expected.Type is NodeType.Fifo or NodeType.Device or NodeType.CharDevice;
        if (expected.Type == NodeType.Socket || (special && !_options.SpecialFiles))
        {
            return false;
        }

        _entries++;
        if (!found)
        {
            Report(path, "missing", expected.Type.ToString(), "nothing");
            return false;
        }

        FileStatus actual = right.Stat(name);
        if (expected.Type != actual.Type)
        {
            Report(path, "type", expected.Type.ToString(), actual.Type.ToString());
            return false;
        }

        CompareMetadata(path, left, name, expected, right, name, actual);
        switch (expected.Type)
        {
            case NodeType.File:
                CompareFile(path, name, left, expected, right, actual);
                break;
            case NodeType.Symlink:
                ReportUnlessEqual(path, "target", left.ReadLink(name), right.ReadLink(name));
                break;
            case NodeType.Device or NodeType.CharDevice:
                ReportUnlessEqual(path, "device", expected.RawDevice, actual.RawDevice);
                break;
        }

        return expected.Type == NodeType.Directory;
    }

    private void CompareMetadata(
        RawName path, DirectoryHandle left, RawName leftName, FileStatus expected, DirectoryHandle right, RawName rightName, FileStatus actual)
    {
        if (expected.Type != NodeType.Symlink)
        {
            ReportUnlessEqual(path, "mode", Convert.ToString(expected.Permissions, 8), Convert.ToString(actual.Permissions, 8));
        }

        if (_options.Owner)
        {
            ReportUnlessEqual(path, "owner", $"{expected.Uid}:{expected.Gid}", $"{actual.Uid}:{actual.Gid}");
        }

        ReportUnlessEqual(path, "mtime", expected.ModifiedAt.ToString(), actual.ModifiedAt.ToString());
        if (_options.ExtendedAttributes)
        {
            ReportUnlessEqual(path, "xattrs", Describe(left.ReadAttributes(leftName)), Describe(right.ReadAttributes(rightName)));
        }
    }

    private void CompareFile(RawName path, RawName name, DirectoryHandle left, FileStatus expected, DirectoryHandle right, FileStatus actual)
    {
        _files++;
        ReportUnlessEqual(path, "links", expected.Links, actual.Links);
        if (expected.Links > 1)
        {
            CompareLinkGroup(path, expected, actual);
        }

        if (expected.Size != actual.Size)
        {
            Report(path, "size", $"{expected.Size} bytes", $"{actual.Size} bytes");
            return;
        }

        using FileHandle leftFile = left.OpenToRead(name);
        using FileHandle rightFile = right.OpenToRead(name);
        CompareContent(path, leftFile, rightFile, (long)expected.Size);
        CompareHoles(path, leftFile, expected, actual);
    }

    private void CompareLinkGroup(RawName path, FileStatus expected, FileStatus actual)
    {
        (ulong DeviceId, ulong Inode) found = (actual.DeviceId, actual.Inode);
        if (!_links.TryAdd((expected.DeviceId, expected.Inode), found) && _links[(expected.DeviceId, expected.Inode)] != found)
        {
            Report(path, "links", "a name of the same file as before", "a file of its own");
        }
    }

    private void CompareContent(RawName path, FileHandle left, FileHandle right, long size)
    {
        for (long offset = 0; offset < size;)
        {
            int leftRead = left.Read(_left, offset);
            int rightRead = right.Read(_right, offset);
            int same = _left.AsSpan(0, leftRead).CommonPrefixLength(_right.AsSpan(0, rightRead));
            if (same < leftRead || leftRead != rightRead || leftRead == 0)
            {
                Report(path, "content", "equal bytes", $"different from byte {offset + same} on");
                return;
            }

            offset += leftRead;
            _bytes += leftRead;
        }
    }

    private void CompareHoles(RawName path, FileHandle left, FileStatus expected, FileStatus actual)
    {
        long size = (long)expected.Size;
        if (!_options.Holes || (long)expected.Allocated + (2 * Chunking.ChunkLimits.ZeroPiece) > size)
        {
            return;
        }

        long segments = 0;
        for (long offset = 0; offset < size && left.NextData(offset, size) is { } data; offset = data.End)
        {
            segments++;
        }

        // Each piece of data may bring up to one piece of zeros at either side with it.
        ulong allowed = expected.Allocated + (ulong)((segments + 1) * 2 * Chunking.ChunkLimits.ZeroPiece);
        if (actual.Allocated > allowed)
        {
            Report(path, "holes", $"at most {allowed} bytes on the disk", $"{actual.Allocated} bytes on the disk");
        }
    }

    private static string Describe(IReadOnlyList<ExtendedAttribute> attributes) =>
        string.Join(", ", attributes.OrderBy(a => a.Name).Select(a => $"{a.Name}={Convert.ToHexStringLower(a.Value.Span)}"));

    private void ReportUnlessEqual<T>(RawName path, string aspect, T expected, T actual)
        where T : notnull
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            Report(path, aspect, $"'{expected}'", $"'{actual}'");
        }
    }

    private void Report(RawName path, string aspect, string expected, string actual)
    {
        _count++;
        if (_differences.Count < MaximumDifferences)
        {
            _differences.Add(new TreeDifference(path, aspect, expected, actual));
        }
    }
}
