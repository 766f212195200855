using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Restoring;

/// <summary>
/// Removes what a directory of the target has and the snapshot has not. Links are removed, never followed; what cannot be removed is reported.
/// </summary>
internal sealed class TargetCleaner(RestoreFilter filter, RestoreStatistics statistics)
{
    /// <summary>Removes from one directory; only what the filters would restore if the snapshot had it.</summary>
    /// <param name="frame">The directory; nobody need have restored anything in it yet.</param>
    /// <param name="kept">The names that the snapshot has there.</param>
    public void Clean(RestoreFrame frame, HashSet<RawName> kept)
    {
        try
        {
            // Workers use the frame's own handle at the same time, and listing moves its position.
            using DirectoryHandle directory = OpenExisting(frame);
            foreach (DirectoryEntry entry in directory.List())
            {
                if (!kept.Contains(entry.Name) && filter.Decide(frame, entry.Name).Wanted)
                {
                    Remove(frame, directory, entry.Name);
                }
            }
        }
        catch (FileSystemException error) when (error.IsMissing)
        {
            // What is not there has nothing to remove.
            return;
        }
        catch (FileSystemException error)
        {
            statistics.Report(frame.Path, RestoreProblemKind.NotRemoved, error.Message);
        }
    }

    private static DirectoryHandle OpenExisting(RestoreFrame frame)
    {
        Stack<RawName> closed = new();
        RestoreFrame current = frame;
        for (; current.Opened is null; current = current.Above!)
        {
            closed.Push(current.Name);
        }

        DirectoryHandle handle = current.Opened.OpenDirectory(new RawName("."));
        while (closed.TryPop(out RawName name))
        {
            using DirectoryHandle above = handle;
            handle = above.OpenDirectory(name);
        }

        return handle;
    }

    private void Remove(RestoreFrame frame, DirectoryHandle directory, RawName name)
    {
        try
        {
            if (directory.TryStat(name) is { Type: NodeType.Directory })
            {
                RemoveDirectory(directory, name);
            }
            else
            {
                directory.Remove(name);
            }

            statistics.Deleted();
        }
        catch (FileSystemException error)
        {
            statistics.Report(frame.PathOf(name), RestoreProblemKind.NotRemoved, error.Message);
        }
    }

    // An own stack of open directories: what somebody left in the target is deeper than a thread's, and no path leads through a link.
    private static void RemoveDirectory(DirectoryHandle above, RawName name)
    {
        Stack<(DirectoryHandle Above, RawName Name, DirectoryHandle Handle, Queue<DirectoryEntry> Entries)> open = new();
        try
        {
            Push(above, name);
            while (open.TryPeek(out (DirectoryHandle Above, RawName Name, DirectoryHandle Handle, Queue<DirectoryEntry> Entries) directory))
            {
                if (!directory.Entries.TryDequeue(out DirectoryEntry entry))
                {
                    open.Pop().Handle.Dispose();
                    directory.Above.Remove(directory.Name, directory: true);
                }
                else if ((entry.Type ?? directory.Handle.Stat(entry.Name).Type) == NodeType.Directory)
                {
                    Push(directory.Handle, entry.Name);
                }
                else
                {
                    directory.Handle.Remove(entry.Name);
                }
            }
        }
        finally
        {
            while (open.TryPop(out (DirectoryHandle Above, RawName Name, DirectoryHandle Handle, Queue<DirectoryEntry> Entries) left))
            {
                left.Handle.Dispose();
            }
        }

        void Push(DirectoryHandle parent, RawName child)
        {
            DirectoryHandle handle = parent.OpenDirectory(child);
            open.Push((parent, child, handle, new Queue<DirectoryEntry>(handle.List())));
        }
    }
}
