using System.Threading.Channels;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>
/// Walks the directories of a backup, depth first and in the order of names, and hands the files to other threads. The walk runs ahead of the reading by a
/// bounded number of files. Directories are kept on an own stack, because a hostile tree is deeper than a thread's.
/// </summary>
internal sealed class ArchiveWalk(Repository repository, ArchiveOptions options, ArchiveStatistics statistics, FileArchiver files)
{
    // Enough that workers never wait for the walk, few enough that nodes waiting for an earlier one stay few.
    private const int OpenFiles = 64;
    private const int OpenNodes = 512;

    private readonly ArchiveFilter _filter = new(options);
    private readonly Stack<DirectoryFrame> _stack = new();

    // A queue and not the thread pool, which would take the newest first: packs then hold files in the order in which a restore reads them.
    private readonly Channel<ArchiveJob> _jobs = Channel.CreateBounded<ArchiveJob>(OpenFiles);

    /// <summary>Stores the tree of the plan and returns its id.</summary>
    public async Task<ObjectId> RunAsync(ArchivePlan plan, ObjectId? parentTree, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] workers = [.. Enumerable.Range(0, options.Concurrency).Select(_ => Task.Run(() => WorkAsync(stop.Token), CancellationToken.None))];
        try
        {
            _stack.Push(await RootAsync(plan, parentTree, stop.Token));
            while (true)
            {
                DirectoryFrame frame = _stack.Peek();
                if (frame.TryNext(out DirectoryEntry entry))
                {
                    await VisitAsync(frame, entry, stop.Token);
                }
                else if (frame.Above is null)
                {
                    return await SaveTreeAsync(frame, stop.Token);
                }
                else
                {
                    Task<Node?> node = FinishAsync(_stack.Pop(), stop.Token);
                    await frame.Above.AddAsync(node, OpenNodes);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            _jobs.Writer.Complete();
            await Task.WhenAll(workers);
            while (_stack.TryPop(out DirectoryFrame? frame))
            {
                await CloseAsync(frame);
            }
        }
    }

    private async Task<DirectoryFrame> RootAsync(ArchivePlan plan, ObjectId? parentTree, CancellationToken cancellationToken)
    {
        DirectoryHandle handle = DirectoryHandle.Open(plan.Place!.Value);
        bool whole = plan.Children.Count == 0;
        return new DirectoryFrame(null, default, handle, whole ? Sorted(handle) : [.. plan.Entries], await LoadParentAsync(parentTree, cancellationToken))
        {
            Plan = whole ? null : plan,
            DeviceId = handle.Stat().DeviceId,
        };
    }

    private async Task VisitAsync(DirectoryFrame frame, DirectoryEntry entry, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_filter.Excludes(frame, entry.Name))
        {
            return;
        }

        Node? parent = frame.ParentTree?.Find(entry.Name);
        ArchivePlan? plan = null;
        frame.Plan?.Children.TryGetValue(entry.Name, out plan);
        NodeType? type = entry.Type ?? TypeOf(frame, entry.Name, required: plan is not null);
        if (type is null)
        {
            return;
        }

        if (type == NodeType.Directory)
        {
            if (await EnterAsync(frame, entry.Name, parent, plan, cancellationToken) is { } below)
            {
                _stack.Push(below);
            }

            return;
        }

        ArchiveJob job = new(frame, entry.Name, parent);
        await _jobs.Writer.WriteAsync(job, cancellationToken);
        await frame.AddAsync(job.Node, OpenNodes);
    }

    // Takes jobs to the end of the queue in any case, so that everyone who waits for a node gets an answer.
    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        await foreach (ArchiveJob job in _jobs.Reader.ReadAllAsync(CancellationToken.None))
        {
            await job.RunAsync(files, cancellationToken);
        }
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

    private async Task<DirectoryFrame?> EnterAsync(
        DirectoryFrame above, RawName name, Node? parent, ArchivePlan? plan, CancellationToken cancellationToken)
    {
        DirectoryHandle? handle = null;
        List<DirectoryEntry> entries = [];
        Node self;
        FileStatus status;
        try
        {
            handle = plan?.Place is { } place ? DirectoryHandle.Open(place) : above.Handle!.OpenDirectory(name, followLinks: plan is { Children.Count: > 0 });
            status = handle.Stat();
            self = files.NodeOf(handle, new RawName("."), status, name);
            bool otherFileSystem = options.StayOnFileSystem && plan is null && status.DeviceId != above.DeviceId;
            entries = otherFileSystem ? [] : plan is { Children.Count: > 0 } ? [.. plan.Entries] : _filter.Reduce(handle, Sorted(handle));
        }
        catch (FileSystemException error) when (plan is null)
        {
            files.Report(above, name, error);
            handle?.Dispose();
            handle = null;
            if (error.IsMissing || TryDescribe(above, name) is not { } description)
            {
                return null;
            }

            (self, status) = description;
        }

        ParentTree? parentTree = parent?.Type == NodeType.Directory ? await LoadParentAsync(parent.Subtree, cancellationToken) : null;
        return new DirectoryFrame(above, name, handle, entries, parentTree)
        {
            Plan = plan is { Children.Count: > 0 } ? plan : null,
            Self = self,
            ParentNode = parent,
            DeviceId = status.DeviceId,
        };
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

    private async Task<Node?> FinishAsync(DirectoryFrame frame, CancellationToken cancellationToken)
    {
        try
        {
            ObjectId tree = await SaveTreeAsync(frame, cancellationToken);
            statistics.DirectoryDone(frame.ParentNode is { Type: NodeType.Directory }, frame.ParentNode?.Subtree == tree);
            return frame.Self! with { Subtree = tree };
        }
        finally
        {
            await CloseAsync(frame);
        }
    }

    // After a failure others may still be at work in the directory, and a closed descriptor's number could be another file's by then.
    private static async Task CloseAsync(DirectoryFrame frame)
    {
        await Task.WhenAll(frame.Pending).ContinueWith(_ => { }, TaskScheduler.Default);
        frame.Dispose();
    }

    private async Task<ObjectId> SaveTreeAsync(DirectoryFrame frame, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> tree = await frame.FinishAsync();
        SavedBlob saved = await repository.SaveBlobAsync(BlobType.Tree, tree, cancellationToken);
        statistics.BlobSaved(BlobType.Tree, saved, tree.Length);
        return saved.Id;
    }

    private async Task<ParentTree?> LoadParentAsync(ObjectId? tree, CancellationToken cancellationToken)
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

    private static List<DirectoryEntry> Sorted(DirectoryHandle handle)
    {
        List<DirectoryEntry> entries = handle.List();
        entries.Sort((left, right) => left.Name.CompareTo(right.Name));
        return entries;
    }
}
