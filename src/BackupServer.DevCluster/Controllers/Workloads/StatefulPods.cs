using System.Globalization;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>Names, Pods and claims of a StatefulSet by ordinal. Pure.</summary>
internal static class StatefulPods
{
    public const string NameLabel = "statefulset.kubernetes.io/pod-name";
    private const string IndexLabel = "apps.kubernetes.io/pod-index";

    public static int Start(JsonObject set) => set.Int(0, "spec", "ordinals", "start");

    public static string NameOf(JsonObject set, int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{set.Name()}-{ordinal}");

    /// <summary>The ordinal in a Pod's name, or null when it is not one of the set's names.</summary>
    public static int? OrdinalOf(JsonObject set, string podName)
    {
        var prefix = set.Name() + "-";
        return podName.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(podName.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            && NameOf(set, ordinal) == podName ? ordinal : null;
    }

    public static string ClaimName(string template, string podName) => $"{template}-{podName}";

    public static JsonObject Pod(JsonObject set, int ordinal, string revisionHash)
    {
        var name = NameOf(set, ordinal);
        var pod = PodTemplates.Instantiate(set, set.At("spec", "template"));
        var metadata = pod.Fields("metadata")!;
        metadata["name"] = name;
        metadata["generateName"] = set.Name() + "-";
        var labels = metadata.Ensure("labels");
        labels[IndexLabel] = ordinal.ToString(CultureInfo.InvariantCulture);
        labels[Revisions.HashLabel] = revisionHash;
        labels[NameLabel] = name;
        var spec = pod.Fields("spec")!;
        spec["hostname"] = name;
        if (set.Text("spec", "serviceName") is { Length: > 0 } service) spec["subdomain"] = service;

        var claims = set.Items("spec", "volumeClaimTemplates").Select(template => template.Name()).ToList();
        var volumes = new JsonArray();
        foreach (var claim in claims)
        {
            volumes.Add(new JsonObject
            {
                ["name"] = claim,
                ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = ClaimName(claim, name) },
            });
        }

        foreach (var volume in spec.Items("volumes").Where(volume => !claims.Contains(volume.Text("name") ?? string.Empty))) volumes.Add(volume.DeepClone());
        if (volumes.Count > 0) spec["volumes"] = volumes;
        return pod;
    }

    public static IEnumerable<JsonObject> Claims(JsonObject set, string podName)
    {
        foreach (var template in set.Items("spec", "volumeClaimTemplates"))
        {
            var claim = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "PersistentVolumeClaim",
                ["metadata"] = template.At("metadata")?.DeepClone() ?? new JsonObject(),
                ["spec"] = template.At("spec")?.DeepClone() ?? new JsonObject(),
            };
            var metadata = claim.Ensure("metadata");
            metadata.Remove("creationTimestamp");
            metadata["name"] = ClaimName(template.Name(), podName);
            metadata["namespace"] = set.Namespace();
            var labels = metadata.Ensure("labels");
            foreach (var (key, value) in set.Map("spec", "selector", "matchLabels")) labels[key] = value;
            yield return claim;
        }
    }
}
