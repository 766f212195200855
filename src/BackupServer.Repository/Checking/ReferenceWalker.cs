using System.Collections;
using System.Collections.Concurrent;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Checking;

/// <summary>
/// Walks trees, each different one once, and marks every blob they need: one bit for an entry of the index. Trees of the same depth are read
/// several at a time.
/// </summary>
/// <param name="blobs">Reads the trees.</param>
/// <param name="index">Says where they are.</param>
/// <param name="parallelReads">How many are read at the same time.</param>
/// <param name="onProblem">Hears of what is missing or wrong, and keeps blobs from being found.</param>
/// <param name="onDisorder">Hears of a name that a tree has twice, or null for a tree that is not sorted: neither hides a blob.</param>
internal sealed class ReferenceWalker(BlobReader blobs, BlobIndex index, int parallelReads, Action<ReferenceProblem> onProblem, Action<BlobHandle, RawName?> onDisorder)
{
    private readonly Lock _gate = new();
    private readonly HashSet<BlobHandle> _missing = [];
    private int _read;

    /// <summary>The needed blobs, by the ordinal of their first entry.</summary>
    public BitArray Used { get; } = new(index.Count);

    /// <summary>Different trees that were read.</summary>
    public int Trees { get; private set; }

    /// <summary>Hears of each tree that is read; how many there will be nobody knows.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }

    /// <summary>What the walk is called in its progress.</summary>
    public string Stage { get; init; } = "walking trees";

    public async Task WalkAsync(IEnumerable<ObjectId> roots, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelReads, CancellationToken = cancellationToken };
        var level = roots.Where(root => Mark(new BlobHandle(BlobType.Tree, root), "a snapshot")).ToList();
        while (level.Count > 0)
        {
            var next = new ConcurrentBag<ObjectId>();
            Trees += level.Count;
            await Parallel.ForEachAsync(level, options, async (tree, token) => await WalkTreeAsync(tree, next, token));
            level = [.. next];
        }
    }

    private async Task WalkTreeAsync(ObjectId tree, ConcurrentBag<ObjectId> next, CancellationToken cancellationToken)
    {
        var blob = new BlobHandle(BlobType.Tree, tree);
        try
        {
            var content = await blobs.LoadAsync(blob, index, cancellationToken);
            var seen = new SeenNames(content);
            foreach (var node in TreeReader.ReadAll(content))
            {
                if (!seen.Add(node.Name))
                {
                    onDisorder(blob, node.Name);
                }

                WalkNode(blob, node, next);
            }

            if (!seen.AreSorted)
            {
                onDisorder(blob, null);
            }

            Progress?.Report(new WorkProgress(Stage, Interlocked.Increment(ref _read), 0, "trees"));
        }
        catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
        {
            onProblem(new ReferenceProblem(CheckProblemKind.BlobDamaged, blob, e.Message));
        }
        catch (TreeFormatException e)
        {
            onProblem(new ReferenceProblem(CheckProblemKind.TreeInvalid, blob, $"{blob} is not a valid tree: {e.Message}"));
        }
    }

    private void WalkNode(BlobHandle tree, Node node, ConcurrentBag<ObjectId> next)
    {
        if (!node.Name.IsEntryName)
        {
            Invalid(tree, $"the name '{node.Name}' cannot be a file's");
        }

        switch (node.Type)
        {
            case NodeType.Directory when node.Subtree is { } subtree:
                if (Mark(new BlobHandle(BlobType.Tree, subtree), $"directory '{node.Name}' of {tree}"))
                {
                    next.Add(subtree);
                }

                break;
            case NodeType.Directory:
                Invalid(tree, $"directory '{node.Name}' has no subtree");
                break;
            case NodeType.File when node.Content is null:
                Invalid(tree, $"file '{node.Name}' has no content list");
                break;
            case NodeType.File:
                foreach (var id in node.Content)
                {
                    Mark(new BlobHandle(BlobType.Data, id), $"file '{node.Name}' of {tree}");
                }

                break;
            default:
                break;
        }
    }

    /// <summary>True if the index has the blob and it was not marked before.</summary>
    private bool Mark(BlobHandle blob, string neededBy)
    {
        var ordinal = index.FindFirst(blob);
        bool isNews;
        lock (_gate)
        {
            isNews = ordinal < 0 ? _missing.Add(blob) : !Used[ordinal];
            if (ordinal >= 0)
            {
                Used[ordinal] = true;
            }
        }

        if (ordinal < 0 && isNews)
        {
            onProblem(new ReferenceProblem(CheckProblemKind.BlobMissing, blob, $"{blob} is in no index, but {neededBy} needs it"));
        }

        return ordinal >= 0 && isNews;
    }

    private void Invalid(BlobHandle tree, string message) =>
        onProblem(new ReferenceProblem(CheckProblemKind.TreeInvalid, tree, $"{tree}: {message}"));
}
