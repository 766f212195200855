using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Restoring;

/// <summary>
/// Sets what a node says beside content: owner, then attributes (a change of owner clears capabilities), then times, then mode (a change of owner clears
/// setuid, and a mode may forbid the rest). What is right already is not touched. Each part that fails is reported and the others are still set.
/// </summary>
internal sealed class MetadataWriter(RestoreOptions options, RestoreStatistics statistics)
{
    private const uint SpecialBits = 0xE00;

    public void Apply(DirectoryHandle directory, RawName name, Node node, RestorePath path)
    {
        try
        {
            FileStatus status = directory.Stat(name);
            ApplyOwner(directory, name, node, status, path);
            ApplyAttributes(directory, name, node, path);
            status = directory.Stat(name);
            if (!status.ModifiedAt.IsSameInstant(node.ModifiedAt))
            {
                directory.SetTimes(name, node.AccessedAt.ToUtc(), node.ModifiedAt.ToUtc());
            }

            ApplyMode(directory, name, node, status, path);
        }
        catch (FileSystemException error)
        {
            statistics.Report(path, RestoreProblemKind.Metadata, error.Message);
        }
    }

    /// <summary>The same for a file that this process has just made and still has open: most have no attributes and no special bits, and need no look at what is there.</summary>
    public void ApplyToNew(FileHandle file, DirectoryHandle directory, Node node, RestorePath path)
    {
        try
        {
            uint permissions = NodeMode.ToLinuxPermissions(node.Mode);
            if (node.ExtendedAttributes.Count > 0 || (permissions & SpecialBits) != 0 || !file.HasNoAttributes())
            {
                Apply(directory, node.Name, node, path);
                return;
            }

            FileStatus status = file.Stat();
            if (status.Uid != node.Uid || status.Gid != node.Gid)
            {
                TrySetOwner(() => file.SetOwner(node.Uid, node.Gid), path);
            }

            file.SetTimes(node.AccessedAt.ToUtc(), node.ModifiedAt.ToUtc());
            if (permissions != status.Permissions)
            {
                file.SetPermissions(permissions);
            }
        }
        catch (FileSystemException error)
        {
            statistics.Report(path, RestoreProblemKind.Metadata, error.Message);
        }
    }

    private void ApplyOwner(DirectoryHandle directory, RawName name, Node node, FileStatus status, RestorePath path)
    {
        if (status.Uid == node.Uid && status.Gid == node.Gid)
        {
            return;
        }

        TrySetOwner(() => directory.SetOwner(name, node.Uid, node.Gid), path);
    }

    private void TrySetOwner(Action set, RestorePath path)
    {
        try
        {
            set();
        }
        catch (FileSystemException error)
        {
            statistics.OwnerMissed(path, error.Message);
        }
    }

    private void ApplyAttributes(DirectoryHandle directory, RawName name, Node node, RestorePath path)
    {
        IReadOnlyList<ExtendedAttribute> existing = directory.ReadAttributes(name);
        if (existing.Count == 0 && node.ExtendedAttributes.Count == 0)
        {
            return;
        }

        foreach (ExtendedAttribute attribute in existing.Where(e => !IsIgnored(e) && !node.ExtendedAttributes.Any(n => n.Name == e.Name)))
        {
            Try(path, () => directory.RemoveAttribute(name, attribute.Name));
        }

        foreach (ExtendedAttribute attribute in node.ExtendedAttributes.Where(n => !IsIgnored(n)))
        {
            if (attribute.Name.Contains('\0', StringComparison.Ordinal))
            {
                // The kernel would see another name, maybe one that is to be ignored.
                statistics.Report(path, RestoreProblemKind.Metadata, "an attribute's name has a zero byte; the snapshot is damaged or hostile");
                continue;
            }

            if (!existing.Any(e => e.Name == attribute.Name && e.Value.Span.SequenceEqual(attribute.Value.Span)))
            {
                Try(path, () => directory.SetAttribute(name, attribute));
            }
        }
    }

    private void ApplyMode(DirectoryHandle directory, RawName name, Node node, FileStatus status, RestorePath path)
    {
        uint wanted = NodeMode.ToLinuxPermissions(node.Mode);
        if (node.Type == NodeType.Symlink || status.Permissions == wanted)
        {
            return;
        }

        directory.SetPermissions(name, wanted);
        if ((wanted & SpecialBits) != 0 && directory.Stat(name).Permissions is var got && got != wanted)
        {
            // Without root the kernel drops setgid of a foreign group and says nothing.
            statistics.Report(
                path, RestoreProblemKind.Metadata, $"mode is {Convert.ToString(got, 8)} and not {Convert.ToString(wanted, 8)}: the kernel refuses these bits to this user");
        }
    }

    private bool IsIgnored(ExtendedAttribute attribute) => options.IgnoredAttributes.Contains(attribute.Name);

    private void Try(RestorePath path, Action set)
    {
        try
        {
            set();
        }
        catch (FileSystemException error)
        {
            statistics.Report(path, RestoreProblemKind.Metadata, error.Message);
        }
    }
}
