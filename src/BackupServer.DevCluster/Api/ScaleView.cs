using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Api;

/// <summary>The scale subresource: a Scale (autoscaling/v1) read from and written into an object.</summary>
internal static class ScaleView
{
    /// <summary>Whether the resource has one that this view serves.</summary>
    public static bool Applies(ResourceDefinition resource) => resource.Subresource("scale") is not null;

    /// <summary>The Scale of an object.</summary>
    public static JsonObject Read(ResourceDefinition resource, JsonObject obj)
    {
        var paths = Paths(resource);
        var metadata = new JsonObject();
        foreach (var key in new[] { "name", "namespace", "uid", "resourceVersion", "creationTimestamp" })
        {
            if (obj["metadata"]?[key] is { } value)
            {
                metadata[key] = value.DeepClone();
            }
        }

        var spec = new JsonObject();
        if (At(obj, paths.SpecReplicas) is { } replicas && (long?)JsonNode.Parse(replicas.ToJsonString()) is not (0 or null))
        {
            spec["replicas"] = replicas.DeepClone();
        }

        var status = new JsonObject { ["replicas"] = At(obj, paths.StatusReplicas)?.DeepClone() ?? 0 };
        var selector = resource.IsCustom ? (string?)(paths.LabelSelector is { } path ? At(obj, path) : null) : SelectorText(obj["spec"]?["selector"]);
        if (!string.IsNullOrEmpty(selector))
        {
            status["selector"] = selector;
        }

        return new JsonObject { ["kind"] = "Scale", ["apiVersion"] = "autoscaling/v1", ["metadata"] = metadata, ["spec"] = spec, ["status"] = status };
    }

    /// <summary>Puts a Scale's replicas into an object; 422 when they are negative.</summary>
    public static void Write(ResourceDefinition resource, JsonObject obj, JsonObject scale)
    {
        var replicas = (long?)scale["spec"]?["replicas"] ?? 0;
        if (replicas < 0)
        {
            var errors = new Schemas.FieldErrors();
            errors.Invalid("spec.replicas", replicas, "must be greater than or equal to 0");
            throw ApiErrors.Invalid("autoscaling", "Scale", obj.Name(), errors);
        }

        if (scale["metadata"]?["resourceVersion"] is { } version)
        {
            obj.Metadata()["resourceVersion"] = version.DeepClone();
        }

        var parts = Parts(Paths(resource).SpecReplicas);
        var target = obj;
        foreach (var part in parts[..^1])
        {
            if (target[part] is not JsonObject next)
            {
                next = [];
                target[part] = next;
            }

            target = next;
        }

        target[parts[^1]] = replicas;
    }

    /// <summary>A label selector in the syntax of query parameters.</summary>
    public static string SelectorText(JsonNode? selector)
    {
        var plain = selector?["matchLabels"] is null && selector?["matchExpressions"] is null ? selector as JsonObject : selector["matchLabels"] as JsonObject;
        var terms = (plain ?? []).OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={(string?)l.Value}").ToList();
        foreach (var expression in selector?["matchExpressions"] as JsonArray ?? [])
        {
            var key = (string?)expression!["key"];
            var values = string.Join(',', (expression["values"] as JsonArray ?? []).Select(v => (string?)v).Order(StringComparer.Ordinal));
            terms.Add((string?)expression["operator"] switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "Exists" => key!,
                _ => "!" + key,
            });
        }

        return string.Join(',', terms);
    }

    private static ScalePaths Paths(ResourceDefinition resource) => resource.Custom?.Scale ?? new ScalePaths(".spec.replicas", ".status.replicas", null);

    private static string[] Parts(string path) => path.Split('.', StringSplitOptions.RemoveEmptyEntries);

    private static JsonNode? At(JsonObject obj, string path) => Parts(path).Aggregate<string, JsonNode?>(obj, (node, part) => (node as JsonObject)?[part]);
}
