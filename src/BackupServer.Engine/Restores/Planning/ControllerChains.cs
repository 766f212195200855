using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>Tells objects that a controller will make anew, because the controller's own object is restored.</summary>
internal sealed class ControllerChains(IReadOnlyList<StoredItem> items, RestoreSelection selection)
{
    private static readonly HashSet<GroupResource> MadeByControllers = [WellKnown.Pods, WellKnown.ReplicaSets, WellKnown.ControllerRevisions];

    private readonly Dictionary<string, StoredItem> _byUid =
        items.Where(item => item.Line.Uid.Length > 0).DistinctBy(item => item.Line.Uid).ToDictionary(item => item.Line.Uid);

    public SkipReason? ReasonFor(StoredItem item)
    {
        var kind = item.Reference.Resource;
        return (MadeByControllers.Contains(kind) && IsControlled(item)) || IsOfService(item, kind) ? SkipReason.ManagedByCluster : null;
    }

    // A selected owner is restored itself, or made by its own controller: one step tells.
    private bool IsControlled(StoredItem item) =>
        item.Owners.FirstOrDefault(owner => owner.Controller == true) is { } controller
        && _byUid.TryGetValue(controller.Uid, out var owner)
        && selection.IsSelected(owner)
        && (owner.Intrinsic is null || owner.Intrinsic == SkipReason.Completed);

    private bool IsOfService(StoredItem item, GroupResource kind) =>
        kind == WellKnown.Endpoints && selection.Find(new ObjectReference(WellKnown.Services, item.Reference.Name)) is { HasSelector: true };
}
