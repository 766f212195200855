using System.Buffers;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>Turns one entry that is not a directory into a node, storing its content. Safe for concurrent use.</summary>
internal sealed class FileArchiver(Repository repository, ArchiveOptions options, ArchiveStatistics statistics, NodeTime? parentStart) : IDisposable
{
    private readonly ContentArchiver _contents = new(repository, statistics, options.Concurrency);
    private readonly HardLinkContents _hardLinks = new();
    private readonly AccountNames? _names = options.RecordNames ? AccountNames.Load() : null;

    /// <summary>Appends the encoded node and a comma; nothing when the entry is a socket or could not be read, the latter of which is reported.</summary>
    public async ValueTask ArchiveAsync(DirectoryFrame directory, RawName name, ParentEntry parent, ArrayBufferWriter<byte> nodes, CancellationToken cancellationToken)
    {
        try
        {
            FileStatus status = directory.Handle!.Stat(name);
            if (status.Type == NodeType.File && status.Size <= (ulong)options.MaximumFileSize && TryTakeUnchanged(directory, name, status, parent, nodes))
            {
                return;
            }

            if (await NodeAsync(directory, name, status, parent.ToNode(), cancellationToken) is { } node)
            {
                NodeEncoder.Write(node, nodes);
                nodes.Write(","u8);
            }
        }
        catch (FileSystemException error)
        {
            Report(directory, name, error);
        }
    }

    // The node of an unchanged file that has no attributes would be written as the parent has it: then its bytes are taken as they are.
    private bool TryTakeUnchanged(DirectoryFrame directory, RawName name, FileStatus status, ParentEntry parent, ArrayBufferWriter<byte> nodes)
    {
        if (options.ReadAll || parent.Bytes.IsEmpty || IsYoung(status.ChangedAt))
        {
            return false;
        }

        // Attributes cannot change without the time of the last change.
        Node node = NodeOf(name, status, []) with { Size = status.Size };
        int start = nodes.WrittenCount;
        NodeEncoder.WriteHead(node, nodes);
        ReadOnlySpan<byte> head = nodes.WrittenSpan[start..];
        if (!parent.IsFile(head, repository))
        {
            Rewind(nodes, start);
            return false;
        }

        nodes.Write(parent.Bytes[head.Length..]);
        nodes.Write(","u8);
        statistics.FileDone(inParent: true, unmodified: true, node.Size);
        options.Entries?.Report(new ArchivedEntry(directory.PathOf(name), ArchivedEntryKind.Unmodified, node.Size));
        return true;
    }

    private static void Rewind(ArrayBufferWriter<byte> nodes, int length)
    {
        byte[] kept = nodes.WrittenSpan[..length].ToArray();
        nodes.ResetWrittenCount();
        nodes.Write(kept);
    }

    private async ValueTask<Node?> NodeAsync(DirectoryFrame directory, RawName name, FileStatus status, Node? parent, CancellationToken cancellationToken) => status.Type switch
    {
        NodeType.File when status.Size > (ulong)options.MaximumFileSize => null,
        NodeType.File => await ArchiveFileAsync(directory, name, status, parent, cancellationToken),
        NodeType.Device when options.ReadDevices => await ArchiveDeviceAsync(directory, name, cancellationToken),
        NodeType.Symlink => NodeOf(directory.Handle!, name, status) with { LinkTarget = directory.Handle!.ReadLink(name) },
        NodeType.Device or NodeType.CharDevice => NodeOf(directory.Handle!, name, status) with { Device = status.RawDevice },
        NodeType.Fifo => NodeOf(directory.Handle!, name, status),
        NodeType.Socket => null,
        _ => throw new FileSystemException("back up (it is now a directory)", name, LinuxError.Invalid),
    };

    /// <inheritdoc/>
    public void Dispose() => _contents.Dispose();

    /// <summary>The node of an entry from its status and attributes, without what only its type has.</summary>
    public Node NodeOf(DirectoryHandle directory, RawName name, FileStatus status, RawName? nameInSnapshot = null) =>
        NodeOf(nameInSnapshot ?? name, status, directory.ReadAttributes(name));

    private Node NodeOf(RawName name, FileStatus status, IReadOnlyList<ExtendedAttribute> attributes) => new()
    {
        Name = name,
        Type = status.Type,
        Mode = NodeMode.FromLinux(status.Mode),
        ModifiedAt = status.ModifiedAt,
        AccessedAt = options.RecordAccessTime ? status.AccessedAt : status.ModifiedAt,
        ChangedAt = status.ChangedAt,
        Uid = status.Uid,
        Gid = status.Gid,
        User = _names?.User(status.Uid) ?? "",
        Group = _names?.Group(status.Gid) ?? "",
        Inode = status.Inode,

        // The device number of a volume differs on every mount: written everywhere it would re-write every tree of an unchanged volume.
        DeviceId = status.Type == NodeType.File && status.Links > 1 ? status.DeviceId : 0,
        Links = status.Type is NodeType.Directory or NodeType.Fifo ? 0 : status.Links,
        ExtendedAttributes = attributes,
    };

    /// <summary>Says what became of an entry that a call failed for.</summary>
    public void Report(DirectoryFrame directory, RawName name, FileSystemException error) => statistics.Report(
        directory.PathOf(name).ToString(),
        error.IsMissing ? ArchiveProblemKind.Vanished : ArchiveProblemKind.Unreadable,
        error.Message);

    private async Task<Node> ArchiveFileAsync(
        DirectoryFrame directory, RawName name, FileStatus status, Node? parent, CancellationToken cancellationToken)
    {
        if (parent is not null && IsUnchanged(parent, status))
        {
            Node unchanged = NodeOf(directory.Handle!, name, status) with { Size = parent.Size, Content = parent.Content };
            Done(directory, unchanged, parent, unmodified: true);
            return unchanged;
        }

        FileContent content = status.Links > 1
            ? await _hardLinks.GetAsync(status.DeviceId, status.Inode, status.Links, () => ReadAsync(directory, name, cancellationToken))
            : await ReadAsync(directory, name, cancellationToken);
        Node node = NodeOf(name, content.Status, content.HasNoAttributes ? [] : directory.Handle!.ReadAttributes(name)) with { Size = content.Size, Content = content.Blobs };
        if (content.ChangedMeanwhile)
        {
            statistics.Report(
                directory.PathOf(name).ToString(),
                ArchiveProblemKind.Changed,
                "the file was written while it was read; the snapshot has a mixture of before and after");
        }

        Done(directory, node, parent, unmodified: false);
        return node;
    }

    private void Done(DirectoryFrame directory, Node node, Node? parent, bool unmodified)
    {
        bool inParent = parent is { Type: NodeType.File };
        statistics.FileDone(inParent, unmodified, node.Size);
        options.Entries?.Report(new ArchivedEntry(
            directory.PathOf(node.Name), unmodified ? ArchivedEntryKind.Unmodified : inParent ? ArchivedEntryKind.Changed : ArchivedEntryKind.New, node.Size));
    }

    // The bytes of a disk become a file, which can be restored to a file or written back to a disk.
    private async Task<Node> ArchiveDeviceAsync(DirectoryFrame directory, RawName name, CancellationToken cancellationToken)
    {
        using FileHandle device = directory.Handle!.OpenToRead(name);
        FileStatus status = device.Stat();
        if (status.Type != NodeType.Device)
        {
            throw new FileSystemException("read (it is no longer a block device)", name, LinuxError.Invalid);
        }

        FileContent content = await _contents.ReadAsync(device, status with { Size = (ulong)device.FindEnd() }, cancellationToken);
        Node node = NodeOf(directory.Handle, name, status) with
        {
            Type = NodeType.File,
            Mode = NodeMode.FromLinux(status.Permissions),
            Links = 1,
            Size = content.Size,
            Content = content.Blobs,
        };
        Done(directory, node, parent: null, unmodified: false);
        return node;
    }

    private bool IsUnchanged(Node parent, FileStatus status) =>
        !options.ReadAll
        && parent.Type == NodeType.File
        && parent.Size == status.Size
        && parent.ModifiedAt.IsSameInstant(status.ModifiedAt)
        && (options.IgnoreChangeTime || parent.ChangedAt.IsSameInstant(status.ChangedAt))
        && (options.IgnoreInode || parent.Inode == status.Inode)
        && !IsYoung(parent.ChangedAt)
        && parent.Content is { } content
        && content.All(id => repository.ContainsBlob(BlobType.Data, id));

    // Written in the same clock tick in which the parent read it, a file could look unchanged: one that was young then is read again.
    private bool IsYoung(NodeTime changedAt) => parentStart is { } start && changedAt >= start;

    private async Task<FileContent> ReadAsync(DirectoryFrame directory, RawName name, CancellationToken cancellationToken)
    {
        using FileHandle file = directory.Handle!.OpenToRead(name);
        FileStatus before = file.Stat();
        if (before.Type != NodeType.File)
        {
            throw new FileSystemException("read (it is no longer a file)", name, LinuxError.Invalid);
        }

        FileContent content = await _contents.ReadAsync(file, before, cancellationToken);
        FileStatus after = file.Stat();
        bool changed = after.ModifiedAt != before.ModifiedAt || after.Size != before.Size || content.Size != before.Size;
        return content with { ChangedMeanwhile = changed, HasNoAttributes = file.HasNoAttributes() };
    }
}
