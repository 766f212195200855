using System.Threading.Channels;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Restoring;

/// <summary>
/// Walks the trees of a snapshot depth first, makes the directories and hands the other entries to workers. Directories are kept on an own stack, because a
/// hostile snapshot is deeper than a thread's.
/// </summary>
internal sealed class RestoreWalk : IDisposable
{
    // Small files are handed to workers by the dozen: one by one, that would cost as much as restoring them.
    private const int OpenBatches = 16;
    private const int BatchFiles = 32;
    private const ulong BatchBytes = 1 << 20;

    private readonly SnapshotReader _snapshot;
    private readonly RestoreOptions _options;
    private readonly RestoreStatistics _statistics;
    private readonly RestoreFilter _filter;
    private readonly MetadataWriter _metadata;
    private readonly ContentWriter _contents;
    private readonly EntryRestorer _entries;
    private readonly Channel<(RestoreFrame Directory, List<Node> Nodes)> _jobs = Channel.CreateBounded<(RestoreFrame Directory, List<Node> Nodes)>(OpenBatches);
    private readonly Stack<RestoreFrame> _stack = new();
    private List<Node> _batch = [];
    private RestoreFrame? _batchDirectory;
    private ulong _batchBytes;
    private Exception? _failure;

    public RestoreWalk(SnapshotReader snapshot, RestoreOptions options, RestoreStatistics statistics)
    {
        _snapshot = snapshot;
        _options = options;
        _statistics = statistics;
        _filter = new RestoreFilter(options);
        _metadata = new MetadataWriter(options, statistics);
        _contents = new ContentWriter(snapshot.Repository, options, statistics);
        _entries = new EntryRestorer(options, statistics, new RestoredLinks(), _contents, _metadata);
    }

    /// <inheritdoc/>
    public void Dispose() => _contents.Dispose();

    /// <summary>Restores the entries of a directory, or one file, into the target, which it closes.</summary>
    public async Task RunAsync(Node start, DirectoryHandle target, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bool isDirectory = start.Type == NodeType.Directory;
        TreeReader? entries = isDirectory ? await ReadTreeAsync(start, stop.Token) : null;
        RestoreFrame root = new(null, default, isDirectory && _options.RootMetadata && !start.Name.IsEmpty ? start : null, entries, included: false);
        root.Attach(target);
        root.Enter();
        _stack.Push(root);
        Task[] workers = [.. Enumerable.Range(0, _options.Concurrency).Select(_ => Task.Run(() => WorkAsync(root, stop), CancellationToken.None))];
        try
        {
            if (!isDirectory)
            {
                await VisitAsync(root, start, stop);
                await HandOutAsync(stop.Token);
            }

            while (_stack.TryPeek(out RestoreFrame? frame))
            {
                if (ReadNext(frame) is { } node)
                {
                    await VisitAsync(frame, node, stop);
                }
                else
                {
                    await HandOutAsync(stop.Token);
                    Clean(frame);
                    Leave(_stack.Pop());
                }
            }
        }
        catch (OperationCanceledException) when (_failure is not null)
        {
            // The failure that stopped the others is thrown below.
        }
        finally
        {
            await FinishAsync(root, workers, stop);
        }

        if (_failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    // Workers must have left their directories before those are closed, after a failure too.
    private async Task FinishAsync(RestoreFrame root, Task[] workers, CancellationTokenSource stop)
    {
        if (_stack.Count > 0)
        {
            await stop.CancelAsync();
        }

        _jobs.Writer.Complete();
        await Task.WhenAll(workers);
        while (_stack.TryPop(out RestoreFrame? frame))
        {
            Leave(frame);
        }

        Leave(root);
    }

    private void Clean(RestoreFrame frame)
    {
        if (_options.Delete && frame is { Names: { } names })
        {
            new TargetCleaner(_filter, _statistics).Clean(frame, names);
        }
    }

    private Node? ReadNext(RestoreFrame frame)
    {
        try
        {
            return frame.Entries?.Read();
        }
        catch (TreeFormatException error)
        {
            _statistics.Report(frame.Path, RestoreProblemKind.Damaged, error.Message);
            // Nobody knows what else is in this directory: nothing of it may go.
            frame.Names = null;
            return null;
        }
    }

    private async Task VisitAsync(RestoreFrame frame, Node node, CancellationTokenSource stop)
    {
        stop.Token.ThrowIfCancellationRequested();
        if (_options.Delete)
        {
            frame.Names?.Add(node.Name);
        }

        bool isTwice = frame.Seen?.Add(node.Name) == false;
        if (!node.Name.IsEntryName || isTwice)
        {
            string reason = node.Name.IsEntryName ? "the snapshot has this name twice" : "this cannot be the name of a file; the snapshot is damaged or hostile";
            _statistics.Report(frame.PathOf(node.Name), RestoreProblemKind.UnsafeName, reason);
            return;
        }

        (bool wanted, bool enter) = _filter.Decide(frame, node.Name);
        if (node.Type == NodeType.Directory)
        {
            if (enter)
            {
                await EnterAsync(frame, node, wanted, stop.Token);
            }
        }
        else if (wanted)
        {
            if (_batchDirectory != frame || _batch.Count == BatchFiles || _batchBytes >= BatchBytes)
            {
                await HandOutAsync(stop.Token);
            }

            _batchDirectory = frame;
            _batchBytes += node.Size;
            _batch.Add(node);
        }
    }

    private async ValueTask HandOutAsync(CancellationToken cancellationToken)
    {
        if (_batchDirectory is not { } directory)
        {
            return;
        }

        List<Node> nodes = _batch;
        (_batch, _batchDirectory, _batchBytes) = ([], null, 0);
        directory.Enter();
        try
        {
            await _jobs.Writer.WriteAsync((directory, nodes), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Leave(directory);
            throw;
        }
    }

    private async Task WorkAsync(RestoreFrame root, CancellationTokenSource stop)
    {
        await foreach ((RestoreFrame directory, List<Node> nodes) in _jobs.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                foreach (Node node in nodes)
                {
                    stop.Token.ThrowIfCancellationRequested();
                    await _entries.RestoreAsync(root, directory, node, stop.Token);
                }
            }
            catch (Exception error)
            {
                // Nothing more can be restored; the walk throws the first failure when all workers are done.
                if (Interlocked.CompareExchange(ref _failure, error, null) is null)
                {
                    await stop.CancelAsync();
                }
            }
            finally
            {
                Leave(directory);
            }
        }
    }

    private async Task EnterAsync(RestoreFrame above, Node node, bool wanted, CancellationToken cancellationToken)
    {
        try
        {
            RestoreFrame frame = new(above, node.Name, node, await ReadTreeAsync(node, cancellationToken), wanted && _filter.HasIncludes);
            if (wanted)
            {
                frame.Open(_entries.MakeDirectory);
            }

            above.Enter();
            _stack.Push(frame);
        }
        catch (FileSystemException error)
        {
            _statistics.Report(above.PathOf(node.Name), RestoreProblemKind.NotWritten, error.Message);
        }
        catch (RepositoryException error) when (error.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
        {
            _statistics.Report(above.PathOf(node.Name), RestoreProblemKind.Damaged, error.Message);
        }
    }

    private async ValueTask<TreeReader> ReadTreeAsync(Node node, CancellationToken cancellationToken) => node.Subtree is { } tree
        ? new TreeReader(await _snapshot.LoadTreeAsync(tree, cancellationToken))
        : throw new RepositoryException(RepositoryErrorKind.Damaged, $"the snapshot has no tree for directory '{node.Name}'");

    // The last to leave a directory sets its metadata and closes it; then it leaves the one above.
    private void Leave(RestoreFrame frame)
    {
        for (RestoreFrame? current = frame; current is not null && current.Leave(); current = current.Above)
        {
            if (current.Opened is { } handle)
            {
                Finish(current, handle);
            }
        }
    }

    private void Finish(RestoreFrame frame, DirectoryHandle handle)
    {
        using (handle)
        {
            if (frame.Node is not null)
            {
                _metadata.Apply(handle, new RawName("."), frame.Node, frame.Path);
            }

            if (frame.Above is not null)
            {
                _statistics.DirectoryDone();
            }
        }
    }
}
