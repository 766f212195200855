using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Controllers.Volumes;

/// <summary>Which volume a claim may take. Pure.</summary>
internal static class VolumeMatch
{
    /// <summary>The volume reserved for the claim if there is one, else the smallest that satisfies it.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="volumes">All volumes.</param>
    /// <param name="node">Only volumes this node can reach; null does not look at nodes.</param>
    /// <param name="reservedOnly">Only volumes whose claimRef names the claim: all that may bind before a consumer is there.</param>
    public static JsonObject? Best(JsonObject claim, IEnumerable<JsonObject> volumes, JsonObject? node = null, bool reservedOnly = false)
    {
        JsonObject? best = null;
        foreach (var volume in volumes.Where(volume => !volume.IsDeleting()))
        {
            if (IsReservedFor(volume, claim))
            {
                if (Satisfies(volume, claim) is null) return volume;
                continue;
            }

            if (reservedOnly || volume.At("spec", "claimRef") is JsonObject || volume.Text("status", "phase") != "Available") continue;
            if (Satisfies(volume, claim) is not null || !SelectedBy(claim, volume)) continue;
            if (node is not null && !Scheduling.NodeFit.VolumeAllows(volume, node)) continue;
            if (best is null || Capacity(volume) < Capacity(best)) best = volume;
        }

        return best;
    }

    /// <summary>The claimRef names the claim, with its uid or without any.</summary>
    public static bool IsReservedFor(JsonObject volume, JsonObject claim)
    {
        var reference = volume.At("spec", "claimRef");
        return reference.Text("name") == claim.Name() && reference.Text("namespace") == claim.Namespace()
            && (reference.Text("uid") is null or "" || reference.Text("uid") == claim.Uid());
    }

    /// <summary>Why the volume does not do for the claim, or null when it does.</summary>
    public static string? Satisfies(JsonObject volume, JsonObject claim)
    {
        if (Capacity(volume) < Amount(claim.Text("spec", "resources", "requests", "storage"))) return "requested PV is too small";
        if (ClassOf(volume) != ClassOf(claim)) return "storageClassName does not match";
        if (Mode(volume) != Mode(claim)) return "incompatible volumeMode";
        var offered = volume.Texts("spec", "accessModes").ToHashSet(StringComparer.Ordinal);
        return claim.Texts("spec", "accessModes").All(offered.Contains) ? null : "incompatible accessMode";
    }

    public static string ClassOf(JsonNode? subject) =>
        subject.Text("spec", "storageClassName") ?? subject.Annotation("volume.beta.kubernetes.io/storage-class") ?? string.Empty;

    public static Quantity Capacity(JsonObject volume) => Amount(volume.Text("spec", "capacity", "storage"));

    public static Quantity Amount(string? text) => Quantity.TryParse(text, out var quantity) ? quantity : Quantity.Zero;

    private static string Mode(JsonObject subject) => subject.Text("spec", "volumeMode") ?? "Filesystem";

    private static bool SelectedBy(JsonObject claim, JsonObject volume) =>
        claim.At("spec", "selector") is not JsonObject selector || LabelSelection.Matches(selector, volume.Labels());
}
