using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Quickstart.Comparing;

/// <summary>
/// The one list of what a restored application may differ in, because the cluster makes it and not the user. Everything that is not in this
/// list is compared to the letter.
/// </summary>
internal static class ClusterMade
{
    /// <summary>Members that the cluster fills in, with the reason.</summary>
    private static readonly (string? Kind, string Path, string Reason)[] Members =
    [
        (null, "/metadata/uid", "a new object has a new identity"),
        (null, "/metadata/resourceVersion", "a version of the cluster's store"),
        (null, "/metadata/generation", "counts changes since creation"),
        (null, "/metadata/creationTimestamp", "when it was created"),
        (null, "/metadata/managedFields", "who wrote what, and when"),
        (null, "/metadata/selfLink", "an address of old servers"),
        (null, "/metadata/labels/backupserver.io~1backup-name", "says which backup it was restored from"),
        (null, "/metadata/labels/backupserver.io~1restore-name", "says which restore made it"),
        (null, "/metadata/labels/backupserver.io~1restore-uid", "says which restore made it"),
        (null, "/metadata/ownerReferences/*/uid", "the owner is a new object too"),
        ("Deployment", "/metadata/annotations/deployment.kubernetes.io~1revision", "counted by the controller"),
        ("Job", "/spec/selector/matchLabels/batch.kubernetes.io~1controller-uid", "the Job's own uid"),
        ("Job", "/spec/template/metadata/labels/batch.kubernetes.io~1controller-uid", "the Job's own uid"),
        ("Job", "/spec/template/metadata/labels/controller-uid", "the Job's own uid"),
        ("Service", "/spec/clusterIP", "an address of the cluster"),
        ("Service", "/spec/clusterIPs", "an address of the cluster"),
        ("Service", "/spec/ports/*/nodePort", "a port of the nodes"),
        ("PersistentVolumeClaim", "/spec/volumeName", "the new volume that holds the restored data"),
        ("PersistentVolumeClaim", "/metadata/annotations/pv.kubernetes.io~1bind-completed", "written when the new volume was bound"),
        ("PersistentVolumeClaim", "/metadata/annotations/pv.kubernetes.io~1bound-by-controller", "written when the new volume was bound"),
        ("PersistentVolumeClaim", "/metadata/annotations/volume.kubernetes.io~1selected-node", "where the new volume was provisioned"),
        ("PersistentVolumeClaim", "/metadata/annotations/volume.kubernetes.io~1storage-provisioner", "who provisioned the new volume"),
        ("PersistentVolumeClaim", "/metadata/annotations/volume.beta.kubernetes.io~1storage-provisioner", "who provisioned the new volume"),
        ("CustomResourceDefinition", "/status", "written by the API server"),
    ];

    /// <summary>Kinds whose objects controllers make, with the reason.</summary>
    private static readonly (string Resource, string Reason)[] Kinds =
    [
        ("events", "a log"), ("events.events.k8s.io", "a log"),
        ("endpoints", "made from Services"), ("endpointslices.discovery.k8s.io", "made from Services"),
        ("controllerrevisions.apps", "history of a controller"), ("leases.coordination.k8s.io", "renewed by their holders"),
        ("pods", "made by controllers"), ("replicasets.apps", "made by Deployments"),
    ];

    /// <summary>What backups leave out on purpose, with the reason.</summary>
    private static readonly (string Kind, Func<JsonObject, bool> Is, string Reason)[] LeftOut =
    [
        ("Job", static job => job["status"]?["completionTime"] is not null, "a Job that has finished would run again"),
    ];

    /// <summary>Objects that every namespace has by itself.</summary>
    private static readonly (string Kind, string Name)[] Objects = [("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")];

    /// <summary>Whether an object is made by the cluster.</summary>
    public static bool IsMade(GroupResource resource, JsonObject item)
    {
        var (kind, name) = ((string?)item["kind"], (string?)item["metadata"]?["name"]);
        return Objects.Contains((kind ?? "", name ?? ""))
            || LeftOut.Any(l => l.Kind == kind && l.Is(item))
            || (Kinds.Any(k => k.Resource == resource.ToString()) && (resource.Resource is not ("pods" or "replicasets") || HasController(item)));
    }

    /// <summary>Takes away what the cluster fills in. The status of built-in kinds is what controllers observe; that of custom resources is compared.</summary>
    public static void Remove(JsonObject item)
    {
        var kind = (string?)item["kind"];
        foreach (var (onKind, path, _) in Members.Where(m => m.Kind is null || m.Kind == kind))
        {
            RemoveAt(item, path.Split('/').AsSpan(1));
        }

        if (IsBuiltIn((string?)item["apiVersion"] ?? ""))
        {
            item.Remove("status");
        }

        RemoveIfEmpty(item["metadata"], "labels");
        RemoveIfEmpty(item["metadata"], "annotations");
    }

    private static bool IsBuiltIn(string apiVersion)
    {
        var group = apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion.Split('/')[0] : "";
        return !group.Contains('.', StringComparison.Ordinal) || group.EndsWith(".k8s.io", StringComparison.Ordinal);
    }

    private static bool HasController(JsonObject item) =>
        item["metadata"]?["ownerReferences"]?.AsArray().Any(o => (bool?)o!["controller"] == true) == true;

    private static void RemoveAt(JsonNode? node, ReadOnlySpan<string> path)
    {
        var key = path[0].Replace("~1", "/", StringComparison.Ordinal);
        if (path.Length == 1)
        {
            (node as JsonObject)?.Remove(key);
        }
        else if (key == "*")
        {
            foreach (var child in node as JsonArray ?? [])
            {
                RemoveAt(child, path[1..]);
            }
        }
        else if (node is JsonObject map && map[key] is { } child)
        {
            RemoveAt(child, path[1..]);
        }
    }

    private static void RemoveIfEmpty(JsonNode? node, string key)
    {
        if (node?[key] is JsonObject { Count: 0 })
        {
            node.AsObject().Remove(key);
        }
    }
}
