using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>
/// Which objects belong to a controller: those that name it; matching ones that name nobody are adopted, and own ones that no
/// longer match are let go. A restore relies on it: it brings Pods and ReplicaSets back without owners.
/// </summary>
internal static class Adoption
{
    public enum Decision
    {
        Ignore,
        Own,
        Adopt,
        Release,
    }

    public static Decision Decide(JsonObject owner, JsonObject candidate, bool matches)
    {
        var controller = OwnerReference.ControllerOf(candidate);
        if (controller is null) return matches && !owner.IsDeleting() && !candidate.IsDeleting() ? Decision.Adopt : Decision.Ignore;
        if (controller.Uid != owner.Uid()) return Decision.Ignore;
        if (matches) return Decision.Own;
        return owner.IsDeleting() || candidate.IsDeleting() ? Decision.Ignore : Decision.Release;
    }

    /// <summary>Carries the decisions out over all objects of the resource in the owner's namespace and returns the owned ones.</summary>
    public static async Task<List<JsonObject>> ClaimAsync(
        IObjectClient client, JsonObject owner, string resource, Func<JsonObject, bool> matches, CancellationToken cancellationToken)
    {
        var owned = new List<JsonObject>();
        foreach (var candidate in client.List(resource, owner.Namespace()))
        {
            switch (Decide(owner, candidate, matches(candidate)))
            {
                case Decision.Own:
                    owned.Add(candidate);
                    break;
                case Decision.Adopt:
                    if (await ChangeAsync(candidate, Adopt) is { } adopted) owned.Add(adopted);
                    break;
                case Decision.Release:
                    await ChangeAsync(candidate, item => OwnerReference.Remove(item, new HashSet<string>(StringComparer.Ordinal) { owner.Uid() }));
                    break;
                default:
                    break;
            }
        }

        return owned;

        Task<JsonObject?> ChangeAsync(JsonObject candidate, Action<JsonObject> change) =>
            client.ChangeAsync(resource, candidate.Namespace(), candidate.Name(), "", change, cancellationToken);

        void Adopt(JsonObject item)
        {
            // Somebody else may have been faster since the list.
            if (OwnerReference.ControllerOf(item) is null) OwnerReference.Add(item, OwnerReference.ControllerReference(owner));
        }
    }
}
