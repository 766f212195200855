using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>autoscaling/v1 as a view of autoscaling/v2: CPU has a field of its own, everything else hides in annotations.</summary>
internal static class HorizontalPodAutoscalerConversion
{
    private const string MetricsAnnotation = "autoscaling.alpha.kubernetes.io/metrics";
    private const string ConditionsAnnotation = "autoscaling.alpha.kubernetes.io/conditions";
    private const string BehaviorAnnotation = "autoscaling.alpha.kubernetes.io/behavior";

    /// <summary>Changes a v1 tree to v2, in place.</summary>
    public static JsonObject ToV2(JsonObject v1)
    {
        v1["apiVersion"] = "autoscaling/v2";
        var spec = Json.Object(v1, "spec");
        var metrics = new JsonArray();
        var annotations = Json.Get(v1, "metadata", "annotations") as JsonObject;
        if (Json.Text(annotations, MetricsAnnotation) is { } hidden && JsonNode.Parse(hidden) is JsonArray others)
        {
            foreach (var other in others.OfType<JsonObject>())
            {
                metrics.Add(FromAlpha(other));
            }
        }

        if (spec["targetCPUUtilizationPercentage"] is { } cpu)
        {
            metrics.Add(Cpu(cpu.DeepClone()));
        }

        if (Json.Text(annotations, BehaviorAnnotation) is { } behavior)
        {
            spec["behavior"] = JsonNode.Parse(behavior);
        }

        spec.Remove("targetCPUUtilizationPercentage");
        RemoveAnnotations(v1);
        if (metrics.Count > 0)
        {
            spec["metrics"] = metrics;
        }

        var status = Json.Object(v1, "status");
        status.Remove("currentCPUUtilizationPercentage");
        var type = SchemaCatalog.Instance.Kind("autoscaling", "v2", "HorizontalPodAutoscaler")!;
        DefaultTable.Instance.Apply(v1, type);
        return TypedEncoder.Complete(TypedDecoder.Decode(v1, type).Value, type);
    }

    /// <summary>Changes a v2 tree to v1, in place.</summary>
    public static JsonObject ToV1(JsonObject v2)
    {
        v2["apiVersion"] = "autoscaling/v1";
        var spec = Json.Object(v2, "spec");
        var others = new JsonArray();
        foreach (var metric in Json.Items(spec["metrics"]))
        {
            if (Json.Text(metric, "resource", "name") == "cpu" && Json.Text(metric, "resource", "target", "type") == "Utilization")
            {
                spec["targetCPUUtilizationPercentage"] = metric["resource"]!["target"]!["averageUtilization"]?.DeepClone();
            }
            else
            {
                others.Add(ToAlpha(metric));
            }
        }

        Annotate(v2, MetricsAnnotation, others.Count > 0 ? others : null);
        Annotate(v2, ConditionsAnnotation, Json.Get(v2, "status", "conditions") is JsonArray { Count: > 0 } conditions ? conditions : null);
        Annotate(v2, BehaviorAnnotation, spec["behavior"]);
        var type = SchemaCatalog.Instance.Kind("autoscaling", "v1", "HorizontalPodAutoscaler")!;
        return TypedEncoder.Complete(TypedDecoder.Decode(v2, type).Value, type);
    }

    private static JsonObject Cpu(JsonNode utilization) => new()
    {
        ["type"] = "Resource",
        ["resource"] = new JsonObject
        {
            ["name"] = "cpu",
            ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = utilization },
        },
    };

    /// <summary>The form of metrics before v2: the target's fields stand in the source itself.</summary>
    private static JsonObject ToAlpha(JsonObject metric)
    {
        var alpha = (JsonObject)metric.DeepClone();
        foreach (var source in alpha.Select(member => member.Value).OfType<JsonObject>().ToList())
        {
            if (source["target"] is JsonObject target)
            {
                source.Remove("target");
                Move(target, "averageValue", source, "targetAverageValue");
                Move(target, "averageUtilization", source, "targetAverageUtilization");
                Move(target, "value", source, "targetValue");
            }
        }

        return alpha;
    }

    private static JsonObject FromAlpha(JsonObject alpha)
    {
        var metric = (JsonObject)alpha.DeepClone();
        foreach (var source in metric.Select(member => member.Value).OfType<JsonObject>().ToList())
        {
            var target = new JsonObject();
            Move(source, "targetAverageValue", target, "averageValue");
            Move(source, "targetAverageUtilization", target, "averageUtilization");
            Move(source, "targetValue", target, "value");
            target["type"] = target["averageUtilization"] is not null ? "Utilization" : target["averageValue"] is not null ? "AverageValue" : "Value";
            source["target"] = target;
        }

        return metric;
    }

    private static void Move(JsonObject from, string name, JsonObject to, string newName)
    {
        if (from.Remove(name, out var value))
        {
            to[newName] = value;
        }
    }

    private static void Annotate(JsonObject obj, string name, JsonNode? value)
    {
        if (value is not null)
        {
            Json.Object(Json.Object(obj, "metadata"), "annotations")[name] = value.ToJsonString();
        }
    }

    private static void RemoveAnnotations(JsonObject obj)
    {
        if (Json.Get(obj, "metadata", "annotations") is JsonObject annotations)
        {
            annotations.Remove(MetricsAnnotation);
            annotations.Remove(ConditionsAnnotation);
            annotations.Remove(BehaviorAnnotation);
        }
    }
}
