using System.Runtime.CompilerServices;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Finding;

/// <summary>Looks for entries and for blobs in snapshots. The index must be loaded; the caller holds the repository's lock.</summary>
public sealed class SnapshotFinder(Repository repository)
{
    private static readonly RawName RootPath = new("/");

    /// <summary>The entries of a snapshot that a query means, each directory before its entries.</summary>
    /// <exception cref="RepositoryException">A tree is missing or damaged.</exception>
    public async IAsyncEnumerable<SnapshotEntry> FindAsync(Snapshot snapshot, FindQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = new Stack<(RawName[] Path, RawName Text, TreeReader Reader)>();
        open.Push(([], RootPath, await ReadAsync(snapshot.Tree, cancellationToken)));
        while (open.TryPeek(out var directory))
        {
            if (directory.Reader.Read() is not { } node)
            {
                open.Pop();
                continue;
            }

            RawName[] path = [.. directory.Path, node.Name];
            var text = directory.Text.Append(node.Name);
            if (IsInTime(node, query) && query.Patterns.IsMatch(path))
            {
                yield return new SnapshotEntry(text, node);
            }

            // What is below a directory that matches, matches too.
            if (node is { Type: NodeType.Directory, Subtree: { } below } && (query.Patterns.CouldMatchBelow(path) || query.Patterns.IsMatch(path)))
            {
                open.Push((path, text, await ReadAsync(below, cancellationToken)));
            }
        }
    }

    /// <summary>The blobs that ids, or beginnings of ids, mean.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>: one means none.</exception>
    public IReadOnlySet<BlobHandle> ResolveBlobs(BlobType type, IReadOnlyList<string> names)
    {
        var found = new HashSet<BlobHandle>();
        foreach (var name in names)
        {
            // A blob that no index has may still be needed by snapshots: that is what one looks for after damage.
            var before = found.Count;
            if (ObjectId.TryParse(name, out var id))
            {
                found.Add(new BlobHandle(type, id));
                continue;
            }

            AddIndexed(found, entry => entry.Type == type && entry.Id.ToString().StartsWith(name, StringComparison.OrdinalIgnoreCase));
            if (found.Count == before)
            {
                throw new RepositoryException(RepositoryErrorKind.NotFound, $"no {type.ToString().ToLowerInvariant()} blob of {repository.Location} begins with '{name}'");
            }
        }

        return found;
    }

    /// <summary>Every pack that holds a blob, and where in it; none if no index names it.</summary>
    public IReadOnlyList<BlobLocation> LocateBlob(BlobHandle blob) => repository.Index.Locate(blob);

    /// <summary>The blobs in packs, which are named by their id or its beginning.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>: no index names such a pack.</exception>
    public IReadOnlySet<BlobHandle> ResolvePacks(IReadOnlyList<string> names)
    {
        var index = repository.Index;
        var packs = new HashSet<int>();
        foreach (var name in names)
        {
            var before = packs.Count;
            for (var pack = 0; pack < index.PackCount; pack++)
            {
                if (name.Length > 0 && index.Pack(pack).ToString().StartsWith(name, StringComparison.OrdinalIgnoreCase))
                {
                    packs.Add(pack);
                }
            }

            if (packs.Count == before)
            {
                throw new RepositoryException(RepositoryErrorKind.NotFound, $"no index of {repository.Location} names a pack '{name}'");
            }
        }

        var found = new HashSet<BlobHandle>();
        AddIndexed(found, entry => packs.Contains(entry.Pack));
        return found;
    }

    /// <summary>Every place of a snapshot that needs one of the blobs.</summary>
    /// <exception cref="RepositoryException">A tree is missing or damaged.</exception>
    public async IAsyncEnumerable<FoundObject> FindAsync(Snapshot snapshot, IReadOnlySet<BlobHandle> blobs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var root = new BlobHandle(BlobType.Tree, snapshot.Tree);
        if (blobs.Contains(root))
        {
            yield return new FoundObject(snapshot, root, RootPath, null);
        }

        var open = new Stack<(ObjectId Tree, RawName Path, TreeReader Reader)>();
        open.Push((snapshot.Tree, RootPath, await ReadAsync(snapshot.Tree, cancellationToken)));
        while (open.TryPeek(out var directory))
        {
            if (directory.Reader.Read() is not { } node)
            {
                open.Pop();
                continue;
            }

            var path = directory.Path.Append(node.Name);
            foreach (var id in (node.Content ?? []).Distinct())
            {
                var data = new BlobHandle(BlobType.Data, id);
                if (blobs.Contains(data))
                {
                    yield return new FoundObject(snapshot, data, path, directory.Tree);
                }
            }

            if (node is { Type: NodeType.Directory, Subtree: { } below })
            {
                var tree = new BlobHandle(BlobType.Tree, below);
                if (blobs.Contains(tree))
                {
                    yield return new FoundObject(snapshot, tree, path, directory.Tree);
                }

                // A tree that is gone is itself what was looked for.
                if (repository.ContainsBlob(BlobType.Tree, below))
                {
                    open.Push((below, path, await ReadAsync(below, cancellationToken)));
                }
            }
        }
    }

    private async Task<TreeReader> ReadAsync(ObjectId tree, CancellationToken cancellationToken) => new(await repository.LoadBlobAsync(BlobType.Tree, tree, cancellationToken));

    private static bool IsInTime(Node node, FindQuery query) =>
        (query.Oldest is not { } oldest || node.ModifiedAt.CompareTo(oldest) >= 0) && (query.Newest is not { } newest || node.ModifiedAt.CompareTo(newest) <= 0);

    private void AddIndexed(HashSet<BlobHandle> found, Func<IndexEntry, bool> isMeant)
    {
        var index = repository.Index;
        for (var ordinal = 0; ordinal < index.Count; ordinal++)
        {
            var entry = index.Entry(ordinal);
            if (isMeant(entry))
            {
                found.Add(entry.Blob);
            }
        }
    }
}
