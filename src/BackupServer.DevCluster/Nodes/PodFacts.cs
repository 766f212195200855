using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Nodes;

/// <summary>Fields of a Pod as the downward API offers them. Pure.</summary>
internal static class PodFacts
{
    /// <summary>The value of a fieldRef, with the addresses the Pod has on its node.</summary>
    public static string Field(JsonObject pod, string path, string podIp, string hostIp)
    {
        if (path.StartsWith("metadata.labels['", StringComparison.Ordinal)) return pod.Labels().GetValueOrDefault(path["metadata.labels['".Length..^2]) ?? string.Empty;
        if (path.StartsWith("metadata.annotations['", StringComparison.Ordinal)) return pod.Annotation(path["metadata.annotations['".Length..^2]) ?? string.Empty;
        return path switch
        {
            "metadata.name" => pod.Name(),
            "metadata.namespace" => pod.Namespace() ?? string.Empty,
            "metadata.uid" => pod.Uid(),
            "metadata.labels" => Lines(pod.Labels()),
            "metadata.annotations" => Lines(pod.Map("metadata", "annotations")),
            "spec.nodeName" => pod.Text("spec", "nodeName") ?? string.Empty,
            "spec.serviceAccountName" => pod.Text("spec", "serviceAccountName") ?? "default",
            "status.podIP" or "status.podIPs" => podIp,
            "status.hostIP" or "status.hostIPs" => hostIp,
            _ => string.Empty,
        };
    }

    /// <summary>The value of a resourceFieldRef: whole units of the divisor, rounded up.</summary>
    public static string Resource(JsonObject pod, JsonNode reference, string? container)
    {
        var name = reference.Text("containerName") ?? container;
        var from = pod.Items("spec", "containers").FirstOrDefault(candidate => candidate.Text("name") == name);
        var (kind, what) = (reference.Text("resource") ?? string.Empty).Split('.', 2) is [var first, var second] ? (first, second) : (string.Empty, string.Empty);
        var divisor = Quantity.TryParse(reference.Text("divisor"), out var given) && given > Quantity.Zero ? given : Quantity.FromInteger(1);
        var amount = Quantity.TryParse(from.Text("resources", kind, what), out var found) ? found : Quantity.Zero;
        return Math.Ceiling(amount.ToDouble() / divisor.ToDouble()).ToString("0", CultureInfo.InvariantCulture);
    }

    private static string Lines(IReadOnlyDictionary<string, string> map)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (text.Length > 0) text.Append('\n');
            text.Append(key).Append("=\"").Append(value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
        }

        return text.ToString();
    }
}
