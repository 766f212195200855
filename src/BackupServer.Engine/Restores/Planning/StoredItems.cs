using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Collecting;
using BackupServer.Engine.Selecting;
using BackupServer.Engine.Volumes;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>Reads the facts of a stored object. Pure.</summary>
public static class StoredItems
{
    private static readonly HashSet<string> NeverRestored =
    [
        "nodes", "events", "events.events.k8s.io", "csinodes.storage.k8s.io", "volumeattachments.storage.k8s.io", "csistoragecapacities.storage.k8s.io",
        "leases.coordination.k8s.io", "componentstatuses", "ipaddresses.networking.k8s.io", "backups.velero.io", "restores.velero.io",
        "resticrepositories.velero.io", "backuprepositories.velero.io",
    ];

    /// <summary>Reads an object.</summary>
    public static StoredItem Read(IndexLine line, RawObject content)
    {
        using var document = JsonDocument.Parse(content.Utf8);
        var root = document.RootElement;
        var kind = line.Reference.Resource;
        var type = new ResourceType
        {
            Resource = new GroupVersionResource(line.Group, line.Version, line.Resource),
            Kind = line.Kind,
            Namespaced = line.Namespace.Length > 0,
        };
        var item = new StoredItem
        {
            Line = line,
            Labels = content.Metadata.Labels,
            Owners = content.Metadata.OwnerReferences,
            Intrinsic = IntrinsicReason(kind, content, root),
            Related = [.. RelatedObjects.Of(type, content)],
        };
        return kind == WellKnown.ClusterRoleBindings ? item with { Accounts = [.. AccountsOf(root)] }
            : kind == WellKnown.Services ? item with { HasSelector = root.At("spec", "selector") is { ValueKind: JsonValueKind.Object } selector && selector.EnumerateObject().Any() }
            : kind == WellKnown.Volumes ? item with
            {
                BoundClaim = ClaimOf(root),
                ReclaimPolicy = root.Text("spec", "persistentVolumeReclaimPolicy"),
                StorageClasses = [.. ClassesOf(root)],
            }
            : kind == WellKnown.Claims ? item with { StorageClasses = [.. ClassesOf(root)] }
            : kind == WellKnown.StatefulSets ? item with { StorageClasses = [.. root.Items("spec", "volumeClaimTemplates").SelectMany(ClassesOf)] }
            : item;
    }

    private static SkipReason? IntrinsicReason(GroupResource kind, RawObject content, JsonElement root) =>
        NeverRestored.Contains(kind.ToString()) || kind.Group == CustomResourceAttribute.Group ? SkipReason.NeverRestored
        : kind == WellKnown.Pods ? PodReason(content, root)
        : kind == WellKnown.Jobs && root.Has("status", "completionTime") ? SkipReason.Completed
        : IsMadeByCluster(kind, content, root) ? SkipReason.ManagedByCluster
        : null;

    private static SkipReason? PodReason(RawObject pod, JsonElement root) =>
        pod.Metadata.Annotations.ContainsKey("kubernetes.io/config.mirror") ? SkipReason.MirrorPod
        : root.Text("status", "phase") is "Succeeded" or "Failed" ? SkipReason.Completed
        : null;

    private static bool IsMadeByCluster(GroupResource kind, RawObject content, JsonElement root) =>
        kind == WellKnown.ConfigMaps ? content.Metadata.Name == "kube-root-ca.crt"
        : kind == WellKnown.ServiceAccounts ? content.Metadata.Name == "default" && IsPlainAccount(content, root)
        : kind == WellKnown.EndpointSlices
            ? content.Metadata.Labels.GetValueOrDefault("endpointslice.kubernetes.io/managed-by", "").StartsWith("endpointslice", StringComparison.Ordinal)
        : kind == WellKnown.ApiServices ? content.Metadata.Labels.ContainsKey("kube-aggregator.kubernetes.io/automanaged")
        : kind == WellKnown.Secrets && IsAutomaticToken(content, root);

    private static bool IsPlainAccount(RawObject account, JsonElement root) =>
        account.Metadata.Labels.Count == 0
        && account.Metadata.Annotations.Count == 0
        && !root.Has("automountServiceAccountToken")
        && !root.Items("imagePullSecrets").Any()
        && root.Items("secrets").All(secret => secret.Text("name").StartsWith("default-token-", StringComparison.Ordinal));

    private static bool IsAutomaticToken(RawObject secret, JsonElement root)
    {
        var account = secret.Metadata.Annotations.GetValueOrDefault("kubernetes.io/service-account.name", "");
        return root.Text("type") == "kubernetes.io/service-account-token"
            && account.Length > 0
            && secret.Metadata.Name.StartsWith($"{account}-token-", StringComparison.Ordinal);
    }

    private static IEnumerable<ObjectName> AccountsOf(JsonElement binding) => binding.Items("subjects")
        .Where(subject => subject.Text("kind") == "ServiceAccount")
        .Select(subject => new ObjectName(subject.Text("namespace"), subject.Text("name")));

    private static IEnumerable<string> ClassesOf(JsonElement claim) =>
        new[] { claim.Text("spec", "storageClassName"), claim.Text("metadata", "annotations", "volume.beta.kubernetes.io/storage-class") }.Where(name => name.Length > 0);

    private static ObjectName? ClaimOf(JsonElement volume) =>
        volume.Text("spec", "claimRef", "name") is { Length: > 0 } name ? new ObjectName(volume.Text("spec", "claimRef", "namespace"), name) : null;
}
