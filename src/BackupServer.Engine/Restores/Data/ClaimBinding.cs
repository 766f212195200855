using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Restores.Stages;
using BackupServer.Engine.Selecting;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Restores.Data;

/// <summary>
/// Tells of a claim that nothing in the cluster can ever give a volume: waiting for the pod that mounts it would only end at its limit. In doubt it is waited for.
/// </summary>
internal sealed class ClaimBinding(IClusterReader reader, ApiCatalog catalog)
{
    private const string OldClass = "volume.beta.kubernetes.io/storage-class";
    private static readonly string[] DefaultMarks = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

    /// <summary>Why the claim cannot be bound, and what to do; null when it is or may be.</summary>
    public async Task<string?> WhyNeverAsync(RawObject claim, CancellationToken cancellationToken)
    {
        var node = claim.ToNode();
        if (node.Text("spec", "volumeName").Length > 0 || catalog.Find(WellKnown.StorageClasses) is not { } classType || catalog.Find(WellKnown.Volumes) is not { } volumeType)
        {
            return null;
        }

        var wanted = ClassOf(node);
        var classes = await ListAsync(classType, cancellationToken);
        var served = wanted is null ? classes.Any(IsDefault) : classes.Any(found => found.Metadata.Name == wanted);
        if (served || (await ListAsync(volumeType, cancellationToken)).Any(volume => Fits(volume.ToNode(), node, wanted ?? "")))
        {
            return null;
        }

        var names = classes.Count > 0 ? string.Join(", ", classes.Select(found => found.Metadata.Name).Order(StringComparer.Ordinal).Take(10)) : "none";
        var cause = string.IsNullOrEmpty(wanted)
            ? $"the claim names no StorageClass, {(wanted is null ? "the cluster has no default one, " : "")}and no available PersistentVolume without a class fits it. Mark a class as default or make such a volume"
            : $"the cluster has no StorageClass \"{wanted}\", and no available PersistentVolume of that class fits the claim. "
                + $"Map the class to one of the cluster with spec.storageClassMapping (\"{wanted}\": \"…\"), or make it";
        return $"it would wait for a volume for ever: {cause}; then delete the claim {claim.Name} and restore again. StorageClasses of the cluster: {names}.";
    }

    // Absent is not the same as empty: only a claim that does not say gets the default class.
    private static string? ClassOf(JsonNode claim) =>
        claim.Text("metadata", "annotations", OldClass) is { Length: > 0 } old ? old : claim.At("spec", "storageClassName") is null ? null : claim.Text("spec", "storageClassName");

    private static bool IsDefault(RawObject storageClass) => DefaultMarks.Any(mark => storageClass.Metadata.Annotations.GetValueOrDefault(mark) == "true");

    private static bool IsFreeFor(JsonNode claim, JsonNode volume) => volume.At("spec", "claimRef") is not { } reserved
        || (reserved.Text("namespace") == claim.Text("metadata", "namespace") && reserved.Text("name") == claim.Text("metadata", "name")
            && (reserved.Text("uid").Length == 0 || reserved.Text("uid") == claim.Text("metadata", "uid")));

    private static bool Fits(JsonNode volume, JsonNode claim, string wanted)
    {
        var modes = volume.Items("spec", "accessModes").Select(mode => (string?)mode).ToHashSet();
        return IsFreeFor(claim, volume)
            && volume.Text("status", "phase") is not ("Released" or "Failed")
            && (ClassOf(volume) ?? "") == wanted
            && BlockMode(volume) == BlockMode(claim)
            && claim.Items("spec", "accessModes").All(mode => modes.Contains((string?)mode))
            && SizeOf(volume, "spec", "capacity", "storage") >= SizeOf(claim, "spec", "resources", "requests", "storage");
    }

    private static bool BlockMode(JsonNode node) => node.Text("spec", "volumeMode") == "Block";

    private static decimal SizeOf(JsonNode node, params ReadOnlySpan<string> path) => Quantity.TryParse(node.Text(path), out var size) ? size : 0;

    private async Task<List<RawObject>> ListAsync(ResourceType type, CancellationToken cancellationToken)
    {
        var found = new List<RawObject>();
        await foreach (var page in reader.ListAsync(type, null, "", cancellationToken))
        {
            found.AddRange(page);
        }

        return found;
    }
}
