using BackupServer.Repository.Indexing;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Checking;

/// <summary>
/// Finds the paths that need harmed blobs. Runs only when there are any. Trees without harm below them are remembered, so that only the ways to
/// harm are walked for each snapshot.
/// </summary>
internal sealed class AffectedWalker(BlobReader blobs, BlobIndex index, CheckFindings findings)
{
    private readonly HashSet<ObjectId> _sound = [];

    public Task WalkAsync(Snapshot snapshot, CancellationToken cancellationToken) =>
        WalkAsync(snapshot.Id, snapshot.Tree, "/", cancellationToken);

    /// <summary>Whether everything below a tree is sound.</summary>
    private async Task<bool> WalkAsync(ObjectId snapshot, ObjectId tree, string path, CancellationToken cancellationToken)
    {
        if (_sound.Contains(tree))
        {
            return true;
        }

        var blob = new BlobHandle(BlobType.Tree, tree);
        var sound = !findings.IsHarmed(blob);
        findings.Affect(blob, new AffectedPath(snapshot, path));
        foreach (var node in await ReadAsync(blob, cancellationToken))
        {
            var nodePath = path == "/" ? $"/{node.Name}" : $"{path}/{node.Name}";
            foreach (var id in node.Content ?? [])
            {
                var data = new BlobHandle(BlobType.Data, id);
                sound &= !findings.IsHarmed(data);
                findings.Affect(data, new AffectedPath(snapshot, nodePath));
            }

            if (node is { Type: NodeType.Directory, Subtree: { } subtree })
            {
                sound &= await WalkAsync(snapshot, subtree, nodePath, cancellationToken);
            }
        }

        if (sound)
        {
            _sound.Add(tree);
        }

        return sound;
    }

    /// <summary>The nodes as far as they can be read: what is wrong with the tree itself is found already.</summary>
    private async Task<IReadOnlyList<Node>> ReadAsync(BlobHandle tree, CancellationToken cancellationToken)
    {
        var nodes = new List<Node>();
        try
        {
            nodes.AddRange(TreeReader.ReadAll(await blobs.LoadAsync(tree, index, cancellationToken)));
        }
        catch (Exception e) when (e is TreeFormatException
            or RepositoryException { Kind: RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound })
        {
            return nodes;
        }

        return nodes;
    }
}
