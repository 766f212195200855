using System.Text.Json.Nodes;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>
/// Services: addresses are handed out by the target; node ports too, but for those that somebody asked for, which the last applied
/// configuration shows, or where there is none, who manages the fields.
/// </summary>
internal static class ServiceSanitiser
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    public static void Apply(JsonObject content, bool preserveNodePorts)
    {
        var spec = content.Object("spec");
        if (spec is null || spec.Text("type") == "ExternalName")
        {
            return;
        }

        if (spec.Text("clusterIP") != "None")
        {
            spec.Remove("clusterIP");
            spec.Remove("clusterIPs");
        }

        if (preserveNodePorts)
        {
            return;
        }

        var applied = content.Text("metadata", "annotations", LastApplied) is { Length: > 0 } text ? Parse(text) : null;
        foreach (var port in spec.Items("ports").OfType<JsonObject>().Where(port => port.ContainsKey("nodePort")).ToList())
        {
            var wanted = applied is not null ? IsApplied(applied, port) : IsManaged(content, port);
            if (!wanted)
            {
                port.Remove("nodePort");
            }
        }

        if (spec.ContainsKey("healthCheckNodePort")
            && !(applied is not null ? Number(applied.At("spec", "healthCheckNodePort")) > 0 : OwnersOf(content).Any(fields => fields.At("f:spec", "f:healthCheckNodePort") is not null)))
        {
            spec.Remove("healthCheckNodePort");
        }
    }

    private static bool IsApplied(JsonObject applied, JsonObject port) => applied.Items("spec", "ports")
        .Any(other => Number(other.At("nodePort")) is var number && number > 0 && IsSamePort(other, port) && number == Number(port["nodePort"]));

    private static bool IsSamePort(JsonNode? one, JsonNode? other) => one.Text("name") is { Length: > 0 } name
        ? name == other.Text("name")
        : Number(one.At("port")) == Number(other.At("port"));

    private static bool IsManaged(JsonObject content, JsonObject port)
    {
        var protocol = port.Text("protocol") is { Length: > 0 } text ? text : "TCP";
        var key = $"k:{{\"port\":{Number(port["port"])},\"protocol\":\"{protocol}\"}}";
        return OwnersOf(content).Any(fields => fields.At("f:spec", "f:ports", key, "f:nodePort") is not null);
    }

    private static IEnumerable<JsonNode?> OwnersOf(JsonObject content) => content.Items("metadata", "managedFields").Select(entry => entry.At("fieldsV1"));

    private static long Number(JsonNode? node) => node is not JsonValue value ? 0
        : value.TryGetValue<long>(out var number) ? number
        : value.TryGetValue<string>(out var text) && long.TryParse(text, out number) ? number
        : 0;

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            // An annotation is free text: one that is no JSON asks for nothing.
            return null;
        }
    }
}
