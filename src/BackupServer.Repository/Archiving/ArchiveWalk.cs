using System.Buffers;
using System.Collections.Concurrent;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>
/// Walks the directories of a backup, depth first and about in the order of names, on several threads. A unit of work is a directory, which is listed, or some files of one; who
/// finishes the last unit of a directory stores its tree and goes on with the one above. Nothing recurs, because a hostile tree is deeper than a thread's stack.
/// </summary>
internal sealed class ArchiveWalk(Repository repository, ArchiveOptions options, ArchiveStatistics statistics, FileArchiver files)
{
    // Few enough that the workers share the files of one directory, enough that handing them out costs nothing.
    private const int BatchFiles = 16;

    // Of a huge directory so many batches wait; who would add another one does it himself.
    private const int OpenBatches = 64;

    private readonly ArchiveFilter _filter = new(options);
    private readonly ConcurrentDictionary<DirectoryFrame, bool> _open = new();
    private readonly ConcurrentBag<ArrayBufferWriter<byte>> _buffers = [];
    private WorkStack<ArchiveJob>? _work;
    private ArchivePlan? _plan;
    private ObjectId? _parentTree;
    private ObjectId _root;

    /// <summary>Stores the tree of the plan and returns its id.</summary>
    public async Task<ObjectId> RunAsync(ArchivePlan plan, ObjectId? parentTree, CancellationToken cancellationToken)
    {
        (_plan, _parentTree) = (plan, parentTree);
        using WorkStack<ArchiveJob> work = new(WorkAsync);
        _work = work;
        work.Push(default(ArchiveJob));
        try
        {
            await work.RunAsync(options.Concurrency, cancellationToken);
            return _root;
        }
        finally
        {
            foreach (DirectoryFrame frame in _open.Keys)
            {
                frame.Dispose();
            }
        }
    }

    private async ValueTask WorkAsync(ArchiveJob job, CancellationToken cancellationToken)
    {
        if (job.Files is { } batch)
        {
            await WorkAsync(batch, cancellationToken);
        }
        else if (job.Above is not { } above)
        {
            await VisitAsync(await RootAsync(cancellationToken), cancellationToken);
        }
        else if (await EnterAsync(job, above, cancellationToken) is { } frame)
        {
            await VisitAsync(frame, cancellationToken);
        }
        else
        {
            await CompleteAsync(above, job.Piece, [], cancellationToken);
        }
    }

    private async ValueTask<DirectoryFrame> RootAsync(CancellationToken cancellationToken)
    {
        ArchivePlan plan = _plan!;
        DirectoryHandle handle = DirectoryHandle.Open(plan.Place!.Value);
        bool whole = plan.Children.Count == 0;
        DirectoryFrame frame = new(null, 0, default, handle, whole ? Sorted(handle) : [.. plan.Entries], await LoadParentAsync(_parentTree, cancellationToken))
        {
            Plan = whole ? null : plan,
            DeviceId = handle.Stat().DeviceId,
        };
        _open.TryAdd(frame, true);
        return frame;
    }

    private async ValueTask VisitAsync(DirectoryFrame frame, CancellationToken cancellationToken)
    {
        List<ArchiveJob> below = [];
        List<ArchiveJob> batches = [];
        FileBatch? batch = null;
        foreach (DirectoryEntry entry in frame.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_filter.Excludes(frame, entry.Name))
            {
                continue;
            }

            ParentEntry parent = frame.ParentTree?.Find(entry.Name) ?? default;
            ArchivePlan? plan = null;
            frame.Plan?.Children.TryGetValue(entry.Name, out plan);
            NodeType? type = entry.Type ?? TypeOf(frame, entry.Name, required: plan is not null);
            if (type == NodeType.Directory)
            {
                batch = null;
                below.Add(new ArchiveJob(null, frame, frame.Reserve(), entry.Name, parent, plan));
            }
            else if (type is not null)
            {
                if (batch is null || batch.Entries.Count == BatchFiles)
                {
                    await HandOutAsync(frame, batches, cancellationToken);
                    batch = new FileBatch(frame, frame.Reserve());
                    batches.Add(new ArchiveJob(batch, frame, 0, default, default, null));
                }

                batch.Entries.Add((entry.Name, parent));
            }
        }

        frame.Entries.Clear();
        frame.Entries.TrimExcess();
        below.Reverse();
        batches.Reverse();
        _work!.Push([.. below, .. batches]);
        if (frame.Leave())
        {
            await FinishAsync(frame, cancellationToken);
        }
    }

    // Before too many batches of one directory wait, the first are given to the others, and when those are behind, done here.
    private async ValueTask HandOutAsync(DirectoryFrame frame, List<ArchiveJob> batches, CancellationToken cancellationToken)
    {
        if (batches.Count < OpenBatches)
        {
            return;
        }

        batches.Reverse();
        if (frame.Unfinished > 3 * OpenBatches)
        {
            for (int i = batches.Count - 1; i >= 0; i--)
            {
                await WorkAsync(batches[i].Files!, cancellationToken);
            }
        }
        else
        {
            _work!.Push([.. batches]);
        }

        batches.Clear();
    }

    private async ValueTask WorkAsync(FileBatch batch, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> nodes = _buffers.TryTake(out ArrayBufferWriter<byte>? used) ? used : new ArrayBufferWriter<byte>(8 * 1024);
        nodes.ResetWrittenCount();
        foreach ((RawName name, ParentEntry parent) in batch.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await files.ArchiveAsync(batch.Directory, name, parent, nodes, cancellationToken);
        }

        byte[] piece = nodes.WrittenCount == 0 ? [] : nodes.WrittenSpan[..^1].ToArray();
        _buffers.Add(nodes);
        await CompleteAsync(batch.Directory, batch.Piece, piece, cancellationToken);
    }

    private NodeType? TypeOf(DirectoryFrame frame, RawName name, bool required)
    {
        try
        {
            return frame.Handle!.Stat(name).Type;
        }
        catch (FileSystemException error) when (!required)
        {
            files.Report(frame, name, error);
            return null;
        }
    }

    private async ValueTask<DirectoryFrame?> EnterAsync(ArchiveJob job, DirectoryFrame above, CancellationToken cancellationToken)
    {
        DirectoryHandle? handle = null;
        List<DirectoryEntry> entries = [];
        ArchivePlan? plan = job.Plan;
        Node self;
        FileStatus status;
        try
        {
            handle = plan?.Place is { } place ? DirectoryHandle.Open(place) : above.Handle!.OpenDirectory(job.Name, followLinks: plan is { Children.Count: > 0 });
            status = handle.Stat();
            self = files.NodeOf(handle, new RawName("."), status, job.Name);
            bool otherFileSystem = options.StayOnFileSystem && plan is null && status.DeviceId != above.DeviceId;
            entries = otherFileSystem ? [] : plan is { Children.Count: > 0 } ? [.. plan.Entries] : _filter.Reduce(handle, Sorted(handle));
        }
        catch (FileSystemException error) when (plan is null)
        {
            files.Report(above, job.Name, error);
            handle?.Dispose();
            handle = null;
            if (error.IsMissing || TryDescribe(above, job.Name) is not { } description)
            {
                return null;
            }

            (self, status) = description;
        }

        Node? parent = job.Parent.ToNode();
        bool inParent = parent?.Type == NodeType.Directory;
        DirectoryFrame frame = new(above, job.Piece, job.Name, handle, entries, inParent ? await LoadParentAsync(parent!.Subtree, cancellationToken) : null)
        {
            Plan = plan is { Children.Count: > 0 } ? plan : null,
            Self = self,
            InParent = inParent,
            ParentSubtree = parent?.Subtree,
            DeviceId = status.DeviceId,
        };
        _open.TryAdd(frame, true);
        return frame;
    }

    // An unreadable directory still has a name, a mode and an owner.
    private (Node Node, FileStatus Status)? TryDescribe(DirectoryFrame above, RawName name)
    {
        try
        {
            FileStatus status = above.Handle!.Stat(name);
            return status.Type == NodeType.Directory ? (files.NodeOf(above.Handle, name, status), status) : null;
        }
        catch (FileSystemException)
        {
            // The reason why it could not be opened is reported already.
            return null;
        }
    }

    private async ValueTask CompleteAsync(DirectoryFrame frame, int piece, byte[] nodes, CancellationToken cancellationToken)
    {
        if (frame.Complete(piece, nodes))
        {
            await FinishAsync(frame, cancellationToken);
        }
    }

    // Stores the tree, and those above that wait for nothing else.
    private async ValueTask FinishAsync(DirectoryFrame frame, CancellationToken cancellationToken)
    {
        while (true)
        {
            ObjectId tree = await SaveTreeAsync(frame, cancellationToken);
            _open.TryRemove(frame, out _);
            frame.Dispose();
            if (frame.Above is not { } above)
            {
                _root = tree;
                return;
            }

            statistics.DirectoryDone(frame.InParent, frame.ParentSubtree == tree);
            ArrayBufferWriter<byte> node = new(512);
            NodeEncoder.Write(frame.Self! with { Subtree = tree }, node);
            if (!above.Complete(frame.Piece, node.WrittenSpan.ToArray()))
            {
                return;
            }

            frame = above;
        }
    }

    private async ValueTask<ObjectId> SaveTreeAsync(DirectoryFrame frame, CancellationToken cancellationToken)
    {
        (byte[] tree, int length) = frame.Assemble();
        SavedBlob saved = await repository.SaveBlobAsync(BlobType.Tree, tree.AsMemory(0, length), cancellationToken);
        ArrayPool<byte>.Shared.Return(tree);
        statistics.BlobSaved(BlobType.Tree, saved, length);
        return saved.Id;
    }

    private async ValueTask<ParentTree?> LoadParentAsync(ObjectId? tree, CancellationToken cancellationToken)
    {
        if (tree is not { } id || !repository.ContainsBlob(BlobType.Tree, id))
        {
            return null;
        }

        try
        {
            return new ParentTree(await repository.LoadBlobAsync(BlobType.Tree, id, cancellationToken));
        }
        catch (RepositoryException error) when (error.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
        {
            // A damaged parent must not stop a new backup: its files are read instead.
            return null;
        }
    }

    // A name that a file system lists twice, which happens when it is changed meanwhile, is one entry.
    private static List<DirectoryEntry> Sorted(DirectoryHandle handle)
    {
        List<DirectoryEntry> entries = handle.List();
        entries.Sort((left, right) => left.Name.CompareTo(right.Name));
        for (int i = entries.Count - 1; i > 0; i--)
        {
            if (entries[i].Name == entries[i - 1].Name)
            {
                entries.RemoveAt(i);
            }
        }

        return entries;
    }
}
