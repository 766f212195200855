using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Selecting;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Collecting;

/// <summary>
/// Objects without which a collected one is of no use elsewhere. Pure. Bindings of ServiceAccounts are the other way round: see
/// <see cref="AccountBindings"/>.
/// </summary>
internal static class RelatedObjects
{
    public static IEnumerable<ObjectReference> Of(ResourceType type, RawObject content)
    {
        var kind = type.Resource.GroupResource;
        var related = kind == WellKnown.Pods ? OfPod(PodFacts.Read(content))
            : kind == WellKnown.Claims ? OfClaim(ClaimFacts.Read(content))
            : kind == WellKnown.RoleBindings || kind == WellKnown.ClusterRoleBindings ? OfBinding(content)
            : [];

        // A group of the API server itself has no dot or no definition of this name; looking for one finds nothing, once a kind.
        return kind.Group.Contains('.', StringComparison.Ordinal)
            ? related.Append(new ObjectReference(WellKnown.Definitions, new ObjectName("", kind.ToString())))
            : related;
    }

    private static IEnumerable<ObjectReference> OfPod(PodFacts pod)
    {
        foreach (var claim in pod.Volumes.Select(volume => volume.Claim).Where(claim => !string.IsNullOrEmpty(claim)))
        {
            yield return new ObjectReference(WellKnown.Claims, new ObjectName(pod.Namespace, claim!));
        }

        if (pod.PriorityClass.Length > 0)
        {
            yield return new ObjectReference(WellKnown.PriorityClasses, new ObjectName("", pod.PriorityClass));
        }
    }

    private static IEnumerable<ObjectReference> OfClaim(ClaimFacts claim)
    {
        if (claim.IsBound)
        {
            yield return new ObjectReference(WellKnown.Volumes, new ObjectName("", claim.Volume));
        }

        if (claim.StorageClass.Length > 0)
        {
            yield return new ObjectReference(WellKnown.StorageClasses, new ObjectName("", claim.StorageClass));
        }
    }

    private static IEnumerable<ObjectReference> OfBinding(RawObject content)
    {
        using var document = JsonDocument.Parse(content.Utf8);
        var name = document.RootElement.Text("roleRef", "name");
        if (document.RootElement.Text("roleRef", "kind") == "ClusterRole" && name.Length > 0)
        {
            yield return new ObjectReference(WellKnown.ClusterRoles, new ObjectName("", name));
        }
    }
}
