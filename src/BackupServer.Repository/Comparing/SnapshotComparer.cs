using System.Collections;
using System.Runtime.CompilerServices;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Comparing;

/// <summary>
/// Compares two snapshots, or directories of them. Directories with the same tree are not entered. The index must be loaded; the caller holds the
/// repository's lock. For one comparison, by one caller; totals are whole when <see cref="CompareAsync"/> came to its end.
/// </summary>
public sealed class SnapshotComparer
{
    private static readonly RawName RootPath = new("/");

    private readonly Repository _repository;
    private readonly ObjectId _first;
    private readonly ObjectId _second;
    private readonly bool _metadata;

    private SnapshotComparer(Repository repository, ObjectId first, ObjectId second, bool metadata) =>
        (_repository, _first, _second, _metadata) = (repository, first, second, metadata);

    /// <summary>Files whose content differs.</summary>
    public long ChangedFiles { get; private set; }

    /// <summary>What only the second has.</summary>
    public ComparisonSide Added { get; private set; } = new();

    /// <summary>What only the first has.</summary>
    public ComparisonSide Removed { get; private set; } = new();

    /// <summary>Finds the two directories.</summary>
    /// <param name="first">The snapshot that counts as before, and the directory in it.</param>
    /// <param name="second">The snapshot that counts as after.</param>
    /// <param name="metadata">Whether entries count that differ in nothing but metadata.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>: a path does not exist or is no directory.</exception>
    public static async Task<SnapshotComparer> OpenAsync(
        (SnapshotReader Snapshot, string Path) first, (SnapshotReader Snapshot, string Path) second, bool metadata, CancellationToken cancellationToken) =>
        new(first.Snapshot.Repository, await TreeAsync(first, cancellationToken), await TreeAsync(second, cancellationToken), metadata);

    /// <summary>The differences, in the order of paths.</summary>
    /// <exception cref="RepositoryException">A tree is missing or damaged.</exception>
    public async IAsyncEnumerable<SnapshotChange> CompareAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = new Stack<(RawName Path, IEnumerator<(Node? Before, Node? After)> Pairs)>();
        open.Push((RootPath, await PairsAsync(_first, _second, cancellationToken)));
        while (open.TryPeek(out var directory))
        {
            if (!directory.Pairs.MoveNext())
            {
                open.Pop().Pairs.Dispose();
                continue;
            }

            var (before, after) = directory.Pairs.Current;
            var path = directory.Path.Append((after ?? before)!.Name);
            var kinds = Judge(before, after);
            if (kinds != ChangeKinds.None)
            {
                yield return new SnapshotChange(path, kinds, before, after);
            }

            var (left, right) = (SubtreeOf(before), SubtreeOf(after));
            if (left != right && (before is null || after is null || (left is not null && right is not null)))
            {
                open.Push((path, await PairsAsync(left, right, cancellationToken)));
            }
        }

        await CountBlobsAsync(cancellationToken);
    }

    private static async Task<ObjectId> TreeAsync((SnapshotReader Snapshot, string Path) side, CancellationToken cancellationToken) =>
        (await side.Snapshot.RequireAsync(side.Path, cancellationToken)).Node.Subtree ?? throw new RepositoryException(
            RepositoryErrorKind.NotFound, $"'{side.Path}' of snapshot {side.Snapshot.Snapshot.Id.ToShortString()} is not a directory");

    private static ObjectId? SubtreeOf(Node? node) => node is { Type: NodeType.Directory } ? node.Subtree : null;

    private ChangeKinds Judge(Node? before, Node? after)
    {
        if (before is null)
        {
            Added = Added.Add(after!);
            return ChangeKinds.Added;
        }

        if (after is null)
        {
            Removed = Removed.Add(before);
            return ChangeKinds.Removed;
        }

        var metadata = _metadata && !NodeEquality.SameMetadata(before, after) ? ChangeKinds.Metadata : ChangeKinds.None;
        if (before.Type != after.Type)
        {
            return ChangeKinds.Type | metadata;
        }

        var content = before.Type == NodeType.File && !(before.Content ?? []).SequenceEqual(after.Content ?? []);
        if (content)
        {
            ChangedFiles++;
            return ChangeKinds.Content | (LooksUntouched(before, after) ? ChangeKinds.Silent : ChangeKinds.None);
        }

        return metadata;
    }

    private static bool LooksUntouched(Node before, Node after) =>
        before.Size == after.Size && before.ModifiedAt.IsSameInstant(after.ModifiedAt) && before.ChangedAt.IsSameInstant(after.ChangedAt) && before.Inode == after.Inode;

    /// <summary>Entries of two directories side by side, by name. Trees of other writers need not be in order.</summary>
    private async Task<IEnumerator<(Node? Before, Node? After)>> PairsAsync(ObjectId? first, ObjectId? second, CancellationToken cancellationToken)
    {
        var pairs = new SortedDictionary<RawName, (Node? Before, Node? After)>();
        foreach (var node in await NodesAsync(first, cancellationToken))
        {
            pairs[node.Name] = (node, null);
        }

        foreach (var node in await NodesAsync(second, cancellationToken))
        {
            pairs[node.Name] = (pairs.GetValueOrDefault(node.Name).Before, node);
        }

        return pairs.Values.GetEnumerator();
    }

    private async Task<IEnumerable<Node>> NodesAsync(ObjectId? tree, CancellationToken cancellationToken) =>
        tree is { } id ? TreeReader.ReadAll(await _repository.LoadBlobAsync(BlobType.Tree, id, cancellationToken)) : [];

    private async Task CountBlobsAsync(CancellationToken cancellationToken)
    {
        var before = await UsedAsync(_first, cancellationToken);
        var after = await UsedAsync(_second, cancellationToken);
        for (var ordinal = 0; ordinal < before.Count; ordinal++)
        {
            if (before[ordinal] != after[ordinal])
            {
                Added = after[ordinal] ? Count(Added, ordinal) : Added;
                Removed = before[ordinal] ? Count(Removed, ordinal) : Removed;
            }
        }
    }

    private async Task<BitArray> UsedAsync(ObjectId tree, CancellationToken cancellationToken)
    {
        var walker = StrictWalk.Create(_repository);
        await walker.WalkAsync([tree], cancellationToken);
        return walker.Used;
    }

    private ComparisonSide Count(ComparisonSide side, int ordinal)
    {
        var entry = _repository.Index.Entry(ordinal);
        var bytes = side.Bytes + (entry.UncompressedLength > 0 ? entry.UncompressedLength : entry.Length - Sealer.Overhead);
        return entry.Type == BlobType.Tree ? side with { TreeBlobs = side.TreeBlobs + 1, Bytes = bytes } : side with { DataBlobs = side.DataBlobs + 1, Bytes = bytes };
    }
}
