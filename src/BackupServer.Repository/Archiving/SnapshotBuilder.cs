using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Archiving;

/// <summary>
/// Builds a snapshot from content that is made, not read from files. Directories follow from the files' paths. All metadata is fixed, so equal content gives
/// equal trees and costs nothing again. Files may be written at the same time by several threads, each file by one.
/// Nothing is visible before <see cref="CommitAsync(SnapshotHeader, CancellationToken)"/>. The index must be loaded; the caller holds the repository's lock.
/// </summary>
/// <param name="repository">Where to store it.</param>
/// <param name="fileTime">Time of all files and directories; by default 1970, because any other changes every tree with every backup.</param>
public sealed class SnapshotBuilder(Repository repository, DateTimeOffset? fileTime = null)
{
    private const uint FileMode = 0x180;
    private const uint DirectoryMode = 0x1C0 | NodeMode.Directory;

    private readonly Lock _gate = new();
    private readonly GeneratedDirectory _root = new();
    private readonly ArchiveStatistics _statistics = new(progress: null);
    private readonly NodeTime _time = NodeTime.From(fileTime ?? DateTimeOffset.UnixEpoch);
    private int _open;
    private long _files;
    private bool _committed;
    private bool _failed;

    /// <summary>Begins a file. It is part of the snapshot once its writer is disposed.</summary>
    /// <param name="path">Path from the root, such as <c>/resources/pods/cluster.jsonl</c>.</param>
    /// <exception cref="ArgumentException">The path names nothing, leaves the root, or is taken.</exception>
    public SnapshotFileWriter CreateFile(string path)
    {
        IReadOnlyList<RawName> parts = new RawName(path).Split();
        if (parts.Count == 0 || !parts.All(part => part.IsEntryName))
        {
            throw new ArgumentException($"'{path}' cannot be a file of a snapshot.", nameof(path));
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_committed, this);
            if (!_root.TryReserve(parts))
            {
                throw new ArgumentException($"'{path}' is a file or directory of this snapshot already, or has a file above it.", nameof(path));
            }

            _open++;
        }

        return new SnapshotFileWriter(repository, _statistics, (content, size) => Complete(parts, content, size));
    }

    /// <summary>Stores the trees and then the snapshot. All files must be disposed; the builder takes no more afterwards.</summary>
    /// <exception cref="InvalidOperationException">A file is still open or failed, or this was called before.</exception>
    /// <exception cref="RepositoryException">The repository cannot be written.</exception>
    public Task<SnapshotBuildResult> CommitAsync(SnapshotHeader header, CancellationToken cancellationToken) =>
        CommitAsync(header, static (_, _) => Task.CompletedTask, cancellationToken);

    /// <summary>As the other overload, and lets the caller look at everything that is stored before the snapshot makes it a backup.</summary>
    /// <param name="header">What the snapshot says of itself.</param>
    /// <param name="verify">Gets the snapshot that is about to be stored; its blobs are durable and indexed. What it throws prevents the commit.</param>
    /// <param name="cancellationToken">Prevents the commit.</param>
    public async Task<SnapshotBuildResult> CommitAsync(
        SnapshotHeader header, Func<Snapshot, CancellationToken, Task> verify, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_open > 0)
            {
                throw new InvalidOperationException($"{_open} files of the snapshot are still being written.");
            }

            if (_failed || _committed)
            {
                throw new InvalidOperationException(_failed ? "A file of the snapshot was not written to its end." : "The snapshot is committed already.");
            }

            _committed = true;
        }

        DateTimeOffset now = repository.TimeProvider.GetUtcNow();
        ObjectId tree = await SaveAsync(_root, cancellationToken);
        await repository.FlushAsync(cancellationToken);
        SnapshotSummary summary = _statistics.ToSummary(header.Time ?? now, repository.TimeProvider.GetUtcNow());
        Snapshot snapshot = new()
        {
            Time = header.Time ?? now,
            Parent = header.Parent,
            Tree = tree,
            Paths = header.Paths,
            HostName = header.HostName,
            UserName = header.UserName,
            Tags = header.Tags.Count > 0 ? header.Tags : null,
            ProgramVersion = header.ProgramVersion,
            Summary = summary,
        };
        await verify(snapshot, cancellationToken);
        snapshot = await repository.SaveSnapshotAsync(snapshot, cancellationToken);
        return new SnapshotBuildResult(snapshot, _files, summary.TotalBytesProcessed, summary.DataAdded, summary.DataAddedPacked);
    }

    private void Complete(IReadOnlyList<RawName> parts, IReadOnlyList<ObjectId>? content, long size)
    {
        lock (_gate)
        {
            _open--;
            if (content is null)
            {
                // The snapshot cannot be whole any more, and committing it must not be possible.
                _failed = true;
                return;
            }

            _files++;
            _statistics.FileDone(inParent: false, unmodified: false, (ulong)size);
            _root.Complete(parts, new Node
            {
                Name = parts[^1],
                Type = NodeType.File,
                Mode = FileMode,
                ModifiedAt = _time,
                AccessedAt = _time,
                ChangedAt = _time,
                Size = (ulong)size,
                Content = content,
            });
        }
    }

    // Depth is that of the caller's own paths.
    private async Task<ObjectId> SaveAsync(GeneratedDirectory directory, CancellationToken cancellationToken)
    {
        List<Node> nodes = [.. directory.Files];
        foreach ((RawName name, GeneratedDirectory below) in directory.Directories)
        {
            nodes.Add(new Node
            {
                Name = name,
                Type = NodeType.Directory,
                Mode = DirectoryMode,
                ModifiedAt = _time,
                AccessedAt = _time,
                ChangedAt = _time,
                Subtree = await SaveAsync(below, cancellationToken),
            });
        }

        byte[] tree = TreeCodec.Encode(nodes.OrderBy(node => node.Name));
        SavedBlob saved = await repository.SaveBlobAsync(BlobType.Tree, tree, cancellationToken);
        _statistics.BlobSaved(BlobType.Tree, saved, tree.Length);
        return saved.Id;
    }
}
