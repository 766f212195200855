using BackupServer.Repository.Indexing;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Checking;

/// <summary>
/// Finds the paths that need harmed blobs. Runs only when there are any. Trees without harm below them are remembered, so that only the ways to harm are walked for each snapshot;
/// and a tree with harm is not walked again once the ways to it alone fill the report, because a few trees that name each other can have more paths than there are atoms.
/// </summary>
internal sealed class AffectedWalker(BlobReader blobs, BlobIndex index, CheckFindings findings, int maximumAffected)
{
    // An own stack: a hostile tree is deeper than the thread's.
    private readonly Stack<AffectedLevel> _stack = new();
    private readonly HashSet<ObjectId> _sound = [];
    private readonly Dictionary<ObjectId, int> _visits = [];

    public async Task WalkAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        await EnterAsync(snapshot.Id, null, default, snapshot.Tree, cancellationToken);
        while (_stack.TryPeek(out var level))
        {
            if (level.Next() is not { } node)
            {
                Leave(_stack.Pop());
                continue;
            }

            foreach (var id in node.Content ?? [])
            {
                var data = new BlobHandle(BlobType.Data, id);
                if (findings.IsHarmed(data))
                {
                    level.IsSound = false;
                    findings.Affect(data, new AffectedPath(snapshot.Id, level.PathOf(node.Name)));
                }
            }

            if (node is { Type: NodeType.Directory, Subtree: { } subtree })
            {
                await EnterAsync(snapshot.Id, level, node.Name, subtree, cancellationToken);
            }
        }
    }

    private async Task EnterAsync(ObjectId snapshot, AffectedLevel? above, RawName name, ObjectId tree, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_sound.Contains(tree))
        {
            return;
        }

        var visits = _visits.GetValueOrDefault(tree);
        if (visits > maximumAffected)
        {
            above?.IsSound = false;
            return;
        }

        _visits[tree] = visits + 1;
        var blob = new BlobHandle(BlobType.Tree, tree);
        var level = new AffectedLevel(above, name, tree, await ReadAsync(blob, cancellationToken));
        if (findings.IsHarmed(blob))
        {
            level.IsSound = false;
            findings.Affect(blob, new AffectedPath(snapshot, level.Path));
        }

        _stack.Push(level);
    }

    private void Leave(AffectedLevel level)
    {
        if (level.IsSound)
        {
            _sound.Add(level.Tree);
            _visits.Remove(level.Tree);
        }
        else
        {
            level.Above?.IsSound = false;
        }
    }

    /// <summary>Null if it cannot be read, which is found already.</summary>
    private async Task<TreeReader?> ReadAsync(BlobHandle tree, CancellationToken cancellationToken)
    {
        try
        {
            return new TreeReader(await blobs.LoadAsync(tree, index, cancellationToken));
        }
        catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
        {
            return null;
        }
    }
}
