using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Garbage;

/// <summary>
/// Deletes what has lost its owners, and carries out orphaning and foreground deletion. Keys are uids (in the name).
/// An owner counts as there only with its uid, in the dependent's namespace or cluster-scoped; a kind nobody serves leaves the
/// dependent alone, and a cluster-scoped dependent is never taken for a namespaced owner's.
/// </summary>
internal sealed class GarbageCollector(ControllerContext context) : Reconciler(context, "generic-garbage-collector")
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";

    private readonly OwnershipGraph _graph = new();

    protected override IReadOnlyCollection<string>? Watched => null;

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource is "events" or "leases.coordination.k8s.io") yield break;
        var seen = new OwnedObject(change.Resource, change.Key, change.Uid, change.HasOwners ? [.. OwnerReference.Of(change.Object)] : []);
        if (change.Deleted)
        {
            var dependents = _graph.DependentsOf(seen.Uid);
            _graph.Remove(seen.Uid);
            foreach (var dependent in dependents) yield return KeyOf(dependent.Uid);
            foreach (var owner in seen.Owners) yield return KeyOf(owner.Uid);
            yield break;
        }

        var before = _graph.Put(seen);
        var ownersChanged = before is null ? seen.Owners.Count > 0 : !before.Owners.SequenceEqual(seen.Owners);
        if (ownersChanged || (change.IsDeleting && (change.Object.HasFinalizer(Foreground) || change.Object.HasFinalizer(Orphan))))
        {
            yield return KeyOf(seen.Uid);
        }

        if (ownersChanged && before is not null)
        {
            // An owner that waits for its dependents may have been let go.
            foreach (var owner in before.Owners) yield return KeyOf(owner.Uid);
        }
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_graph.Find(key.Name) is not { } known) return null;
        var live = Client.Get(known.Resource, known.Key.Namespace, known.Key.Name);
        if (live is null || live.Uid() != known.Uid) return null;

        if (live.IsDeleting())
        {
            if (live.HasFinalizer(Orphan)) await OrphanDependentsAsync(known, cancellationToken);
            else if (live.HasFinalizer(Foreground)) await AwaitDependentsAsync(known, cancellationToken);
            return null;
        }

        var owners = OwnerReference.Of(live).ToList();
        if (owners.Count == 0) return null;
        var states = owners.ConvertAll(owner => (Owner: owner, State: StateOf(owner, known)));
        if (states.Any(state => state.State is OwnerState.Unknown))
        {
            // The kind may come to be served later (a CRD restored after its objects).
            return TimeSpan.FromSeconds(5);
        }

        var gone = states.Where(state => state.State is OwnerState.Absent or OwnerState.WaitsForDependents).Select(state => state.Owner.Uid).ToHashSet(StringComparer.Ordinal);
        if (gone.Count == 0) return null;
        if (states.Any(state => state.State is OwnerState.There))
        {
            await Client.ChangeAsync(known.Resource, known.Key.Namespace, known.Key.Name, "", item => OwnerReference.Remove(item, gone), cancellationToken);
            return null;
        }

        var inForeground = live.HasFinalizer(Foreground)
            || (states.Any(state => state.State is OwnerState.WaitsForDependents) && _graph.DependentsOf(known.Uid).Count > 0);
        var policy = live.HasFinalizer(Orphan) ? "Orphan" : inForeground ? "Foreground" : "Background";
        await Client.DeleteAsync(known.Resource, known.Key.Namespace, known.Key.Name, new DeleteWish(known.Uid, policy), cancellationToken);
        return null;
    }

    private static ObjectKey KeyOf(string uid) => new(null, uid);

    private OwnerState StateOf(OwnerReference owner, OwnedObject dependent)
    {
        if (Context.FindKind(owner.ApiVersion, owner.Kind) is not { } kind) return OwnerState.Unknown;
        if (kind.Namespaced && dependent.Key.Namespace is null) return OwnerState.There;
        var live = Client.Get(kind.Resource, kind.Namespaced ? dependent.Key.Namespace : null, owner.Name);
        if (live is null || live.Uid() != owner.Uid) return OwnerState.Absent;
        return live.IsDeleting() && live.HasFinalizer(Foreground) ? OwnerState.WaitsForDependents : OwnerState.There;
    }

    private async Task OrphanDependentsAsync(OwnedObject owner, CancellationToken cancellationToken)
    {
        var uids = new HashSet<string>(StringComparer.Ordinal) { owner.Uid };
        foreach (var dependent in _graph.DependentsOf(owner.Uid))
        {
            await Client.ChangeAsync(
                dependent.Resource, dependent.Key.Namespace, dependent.Key.Name, "", item => OwnerReference.Remove(item, uids), cancellationToken);
        }

        await RemoveFinalizerAsync(owner, Orphan, cancellationToken);
    }

    private async Task AwaitDependentsAsync(OwnedObject owner, CancellationToken cancellationToken)
    {
        var blocking = 0;
        foreach (var dependent in _graph.DependentsOf(owner.Uid))
        {
            if (!dependent.Owners.Any(reference => reference.Uid == owner.Uid && reference.BlocksOwnerDeletion)) continue;
            // The graph follows the store by a moment: only what is really there holds the owner.
            var live = Client.Get(dependent.Resource, dependent.Key.Namespace, dependent.Key.Name);
            if (live is null || live.Uid() != dependent.Uid || OwnerReference.Of(live).All(reference => reference.Uid != owner.Uid)) continue;
            blocking++;
        }

        foreach (var dependent in _graph.DependentsOf(owner.Uid)) Enqueue(KeyOf(dependent.Uid));
        if (blocking == 0) await RemoveFinalizerAsync(owner, Foreground, cancellationToken);
    }

    private Task<JsonObject?> RemoveFinalizerAsync(OwnedObject owner, string finalizer, CancellationToken cancellationToken) =>
        Client.ChangeAsync(owner.Resource, owner.Key.Namespace, owner.Key.Name, "", item => item.RemoveFinalizer(finalizer), cancellationToken);

    private enum OwnerState
    {
        There,
        Absent,
        WaitsForDependents,
        Unknown,
    }
}
