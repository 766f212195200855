using BackupServer.Repository.Files;
using BackupServer.Repository.Interop;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Restoring;

/// <summary>
/// Restores one entry that is not a directory. Everything happens below the open directory by single names, without following links, so whatever a snapshot or
/// another process puts there, nothing outside of the target is touched. Safe for concurrent use.
/// </summary>
internal sealed class EntryRestorer(
    RestoreOptions options, RestoreStatistics statistics, RestoredLinks links, ContentWriter contents, MetadataWriter metadata)
{
    private static readonly bool IsRoot = LinuxCalls.EffectiveUser() == 0;

    /// <summary>Restores the entry or reports why not.</summary>
    /// <exception cref="FileSystemException">The file system of the target is full or read-only: nothing else can succeed either.</exception>
    /// <exception cref="RepositoryException">The repository cannot be reached.</exception>
    public async Task RestoreAsync(RestoreFrame root, RestoreFrame frame, Node node, CancellationToken cancellationToken)
    {
        RestorePath path = frame.PathOf(node.Name);
        try
        {
            DirectoryHandle directory = frame.Open(MakeDirectory);
            switch (node.Type)
            {
                case NodeType.File:
                    await RestoreFileAsync(root, frame, directory, node, path, cancellationToken);
                    break;
                case NodeType.Symlink or NodeType.Fifo or NodeType.Device or NodeType.CharDevice:
                    RestoreOther(directory, node, path);
                    break;
                case NodeType.Socket:
                    break;
                default:
                    statistics.Report(path, RestoreProblemKind.NotWritten, $"a node of type {node.Type} cannot be restored");
                    break;
            }
        }
        catch (FileSystemException error) when (!IsHopeless(error))
        {
            statistics.Report(path, RestoreProblemKind.NotWritten, error.Message);
        }
        catch (RepositoryException error) when (error.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
        {
            statistics.Report(path, RestoreProblemKind.Damaged, error.Message);
        }
    }

    /// <summary>Opens a directory of the target, making it first or freeing its name of anything else.</summary>
    /// <exception cref="FileSystemException">It cannot be made or opened.</exception>
    public DirectoryHandle MakeDirectory(DirectoryHandle above, RawName name)
    {
        FileStatus? existing = above.TryStat(name);
        if (existing is { } other && other.Type != NodeType.Directory)
        {
            if (options.Overwrite == RestoreOverwrite.Never)
            {
                throw new FileSystemException("enter (it is not a directory, and existing files are to be kept)", name, LinuxError.NotDirectory);
            }

            above.Remove(name);
            existing = null;
        }

        if (existing is null)
        {
            above.CreateDirectory(name);
        }
        else if (!IsRoot && (existing.Value.Permissions & 0x1C0) != 0x1C0)
        {
            // Its owner may change it again; the last step sets the mode that is wanted.
            above.SetPermissions(name, existing.Value.Permissions | 0x1C0);
        }

        return above.OpenDirectory(name);
    }

    private static bool IsHopeless(FileSystemException error) => error.ErrorNumber is LinuxError.NoSpace or LinuxError.ReadOnlyFileSystem or LinuxError.QuotaExceeded;

    private async Task RestoreFileAsync(
        RestoreFrame root, RestoreFrame frame, DirectoryHandle directory, Node node, RestorePath path, CancellationToken cancellationToken)
    {
        if (node.Links <= 1 || node.Inode == 0)
        {
            await RestoreContentAsync(directory, node, path, cancellationToken);
            return;
        }

        (Task<RestoredLink?>? first, TaskCompletionSource<RestoredLink?>? mine) = links.Claim(node);
        if (first is not null)
        {
            RestoredLink? link = await first.WaitAsync(cancellationToken);
            if (link is null || !link.Content.SequenceEqual(node.Content ?? []) || !TryLink(root, directory, node, link, path))
            {
                await RestoreContentAsync(directory, node with { Links = 1 }, path, cancellationToken);
            }

            return;
        }

        bool restored = false;
        try
        {
            restored = await RestoreContentAsync(directory, node, path, cancellationToken);
        }
        finally
        {
            mine!.SetResult(restored ? new RestoredLink(frame.PartsOf(node.Name), node.Content ?? []) : null);
        }
    }

    private bool TryLink(RestoreFrame root, DirectoryHandle directory, Node node, RestoredLink link, RestorePath path)
    {
        RawName name = node.Name;
        using DirectoryHandle firstDirectory = Descend(root.Opened!, link.Parts.AsSpan(0, link.Parts.Length - 1));
        FileStatus first = firstDirectory.Stat(link.Parts[^1]);
        if (directory.TryStat(name) is { } existing)
        {
            if (existing.IsSameFile(first) || IsKept(existing, node))
            {
                statistics.FileDone((long)first.Size);
                return true;
            }

            if (!TryClear(directory, name, existing, path))
            {
                return true;
            }
        }

        try
        {
            directory.CreateHardLink(name, firstDirectory, link.Parts[^1]);
        }
        catch (FileSystemException error) when (!IsHopeless(error))
        {
            statistics.Report(path, RestoreProblemKind.Metadata, $"restored as a file of its own: {error.Message}");
            return false;
        }

        statistics.FileDone((long)first.Size);
        return true;
    }

    private static DirectoryHandle Descend(DirectoryHandle root, ReadOnlySpan<RawName> parts)
    {
        DirectoryHandle current = root.OpenDirectory(new RawName("."));
        foreach (RawName part in parts)
        {
            using DirectoryHandle above = current;
            current = above.OpenDirectory(part);
        }

        return current;
    }

    // True when the file is there with the content of the snapshot.
    private async Task<bool> RestoreContentAsync(DirectoryHandle directory, Node node, RestorePath path, CancellationToken cancellationToken)
    {
        if (node.Content is not { } content)
        {
            statistics.Report(path, RestoreProblemKind.Damaged, "the snapshot has no content for this file");
            return false;
        }

        // Most restores are into an empty place: to try to make the file tells at once whether something is there.
        if (directory.TryCreateFile(node.Name) is { } created)
        {
            using (created)
            {
                return await FillAsync(created, directory, node, content, path, cancellationToken);
            }
        }

        FileStatus existing = directory.Stat(node.Name);
        if (IsKept(existing, node))
        {
            statistics.Skipped();
            return true;
        }

        if (!CanUpdate(existing, node))
        {
            if (!TryClear(directory, node.Name, existing, path))
            {
                return false;
            }

            using FileHandle file = directory.CreateFile(node.Name);
            return await FillAsync(file, directory, node, content, path, cancellationToken);
        }

        long length = IsUnchanged(existing, node) ? (long)existing.Size : await UpdateAsync(directory, node.Name, content, cancellationToken);
        metadata.Apply(directory, node.Name, node, path);
        Finish(directory, node.Name, content, length, path, cancellationToken);
        return true;
    }

    private async Task<bool> FillAsync(
        FileHandle file, DirectoryHandle directory, Node node, IReadOnlyList<ObjectId> content, RestorePath path, CancellationToken cancellationToken)
    {
        long length;
        try
        {
            length = await contents.WriteNewAsync(file, content, cancellationToken);
        }
        catch (RepositoryException)
        {
            // A file that looks whole and is not would be worse than none.
            directory.Remove(node.Name);
            throw;
        }

        metadata.ApplyToNew(file, directory, node, path);
        Finish(directory, node.Name, content, length, path, cancellationToken);
        return true;
    }

    private void Finish(DirectoryHandle directory, RawName name, IReadOnlyList<ObjectId> content, long length, RestorePath path, CancellationToken cancellationToken)
    {
        if (!options.Verify || IsVerified(directory, name, content, path, cancellationToken))
        {
            statistics.FileDone(length);
        }
    }

    // A file of several names is only written in place for one that has several too, and once: the other names are somebody else's.
    private bool CanUpdate(FileStatus existing, Node node) =>
        existing.Type == NodeType.File && (existing.Links == 1 || (node.Links > 1 && links.TryTake(existing)));

    private bool IsKept(FileStatus existing, Node node) => options.Overwrite switch
    {
        RestoreOverwrite.Never => true,
        RestoreOverwrite.IfNewer => node.ModifiedAt.CompareTo(existing.ModifiedAt) <= 0,
        _ => false,
    };

    private bool IsUnchanged(FileStatus existing, Node node) =>
        options.Overwrite == RestoreOverwrite.IfChanged && existing.Size == node.Size && existing.ModifiedAt.IsSameInstant(node.ModifiedAt);

    private async Task<long> UpdateAsync(DirectoryHandle directory, RawName name, IReadOnlyList<ObjectId> content, CancellationToken cancellationToken)
    {
        using FileHandle file = OpenToUpdate(directory, name);
        if (file.Stat().Type != NodeType.File)
        {
            throw new FileSystemException("write (it is no longer a file)", name, LinuxError.Invalid);
        }

        return await contents.UpdateAsync(file, content, cancellationToken);
    }

    private static FileHandle OpenToUpdate(DirectoryHandle directory, RawName name)
    {
        try
        {
            return directory.OpenToWrite(name);
        }
        catch (FileSystemException error) when (error.IsDenied)
        {
            // Its owner may change it again; the last step sets the mode that is wanted.
            directory.SetPermissions(name, 0x180);
            return directory.OpenToWrite(name);
        }
    }

    private bool IsVerified(DirectoryHandle directory, RawName name, IReadOnlyList<ObjectId> content, RestorePath path, CancellationToken cancellationToken)
    {
        using FileHandle file = directory.OpenToRead(name);
        if (contents.FindMismatch(file, content, cancellationToken) is not { } offset)
        {
            return true;
        }

        statistics.Report(path, RestoreProblemKind.Mismatch, $"the restored file reads back different from the snapshot at byte {offset}");
        return false;
    }

    private void RestoreOther(DirectoryHandle directory, Node node, RestorePath path)
    {
        if (node.Type == NodeType.Symlink && node.LinkTarget.Span.Contains((byte)0))
        {
            statistics.Report(path, RestoreProblemKind.UnsafeName, $"'{node.LinkTarget}' cannot be the target of a link; the snapshot is damaged or hostile");
            return;
        }

        if (directory.TryStat(node.Name) is { } existing)
        {
            if (IsKept(existing, node))
            {
                statistics.Skipped();
                return;
            }

            if (IsSame(directory, node, existing))
            {
                metadata.Apply(directory, node.Name, node, path);
                statistics.OtherDone();
                return;
            }

            if (!TryClear(directory, node.Name, existing, path))
            {
                return;
            }
        }

        if (node.Type == NodeType.Symlink)
        {
            directory.CreateSymlink(node.Name, node.LinkTarget);
        }
        else
        {
            directory.CreateSpecial(node.Name, node.Type, node.Device);
        }

        metadata.Apply(directory, node.Name, node, path);
        statistics.OtherDone();
    }

    private static bool IsSame(DirectoryHandle directory, Node node, FileStatus existing) =>
        existing.Type == node.Type
        && (node.Type != NodeType.Symlink || directory.ReadLink(node.Name) == node.LinkTarget)
        && (node.Type is not (NodeType.Device or NodeType.CharDevice) || existing.RawDevice == node.Device);

    private bool TryClear(DirectoryHandle directory, RawName name, FileStatus existing, RestorePath path)
    {
        if (existing.Type == NodeType.Directory)
        {
            statistics.Report(path, RestoreProblemKind.InTheWay, "the target has a directory of this name; move it away and restore again");
            return false;
        }

        directory.Remove(name);
        return true;
    }
}
