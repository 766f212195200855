using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;

namespace BackupServer.Engine.Collecting;

/// <summary>Kinds that two groups serve the same objects of. One of them is taken.</summary>
internal static class CohabitingKinds
{
    // The first served one is taken: the groups that are the objects' home come first.
    private static readonly GroupResource[][] Families =
    [
        [new("", "events"), new("events.k8s.io", "events")],
        [new("apps", "deployments"), new("extensions", "deployments")],
        [new("apps", "daemonsets"), new("extensions", "daemonsets")],
        [new("apps", "replicasets"), new("extensions", "replicasets")],
        [new("networking.k8s.io", "networkpolicies"), new("extensions", "networkpolicies")],
        [new("networking.k8s.io", "ingresses"), new("extensions", "ingresses")],
    ];

    /// <summary>The kind under which the same objects are taken instead; null when this one is taken itself.</summary>
    public static GroupResource? TakenAs(GroupResource kind, ApiCatalog catalog)
    {
        foreach (var family in Families)
        {
            if (Array.IndexOf(family, kind) >= 0)
            {
                var taken = family.First(member => member == kind || catalog.Find(member) is not null);
                return taken == kind ? null : taken;
            }
        }

        return null;
    }
}
