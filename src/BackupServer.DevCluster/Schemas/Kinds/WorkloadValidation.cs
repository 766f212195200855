using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Kinds with a pod template and their neighbours.</summary>
internal static class WorkloadValidation
{
    private static readonly string[] MutableOfStatefulSet =
        ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];

    /// <summary>Selector and template fit, and pods are restarted always.</summary>
    public static void Workload(ValidationCase test)
    {
        var selector = test.Get("spec.selector") as JsonObject;
        if (selector is null)
        {
            test.Errors.Required("spec.selector");
        }
        else if (selector["matchLabels"] is null && selector["matchExpressions"] is null)
        {
            test.Errors.Invalid("spec.selector", selector.DeepClone(), "empty selector is invalid for " + test.Context.Resource.Singular);
        }

        Template(test, Json.Get(test.Value, "spec", "template", "metadata", "labels") as JsonObject, selector);
        if (Json.Text(test.Value, "spec", "strategy", "type") == "Recreate" && test.Get("spec.strategy.rollingUpdate") is not null)
        {
            test.Errors.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
        }

        var policy = Json.Text(test.Value, "spec", "template", "spec", "restartPolicy");
        if (policy is "OnFailure" or "Never")
        {
            test.Errors.NotSupported("spec.template.spec.restartPolicy", policy, ["Always"]);
        }
    }

    public static void SelectorOfLabels(ValidationCase test)
    {
        var selector = test.Get("spec.selector") as JsonObject;
        if (selector is not { Count: > 0 })
        {
            test.Errors.Required("spec.selector");
            return;
        }

        var labels = Json.Get(test.Value, "spec", "template", "metadata", "labels") as JsonObject ?? [];
        if (!selector.All(wanted => JsonNode.DeepEquals(labels[wanted.Key], wanted.Value)))
        {
            test.Errors.Invalid("spec.template.metadata.labels", labels.DeepClone(), "`selector` does not match template `labels`");
        }
    }

    public static void StatefulSetUpdate(ValidationCase test)
    {
        if (test.Old is null)
        {
            return;
        }

        var obj = test.Value["spec"] as JsonObject ?? [];
        var old = test.Old["spec"] as JsonObject ?? [];
        if (obj.Select(m => m.Key).Union(old.Select(m => m.Key)).Except(MutableOfStatefulSet).Any(name => !JsonNode.DeepEquals(obj[name], old[name])))
        {
            test.Errors.Forbidden("spec",
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
        }
    }

    public static void DisruptionBudget(ValidationCase test)
    {
        var spec = test.Value["spec"] as JsonObject ?? [];
        if (spec["minAvailable"] is not null && spec["maxUnavailable"] is not null)
        {
            var shown = new JsonObject
            {
                ["MinAvailable"] = spec["minAvailable"]?.DeepClone(),
                ["Selector"] = spec["selector"]?.DeepClone(),
                ["MaxUnavailable"] = spec["maxUnavailable"]?.DeepClone(),
                ["UnhealthyPodEvictionPolicy"] = spec["unhealthyPodEvictionPolicy"]?.DeepClone(),
            };
            test.Errors.Invalid("spec", shown, "minAvailable and maxUnavailable cannot be both set");
        }
    }

    public static void PriorityClassUpdate(ValidationCase test)
    {
        if (test.Old is not null && !JsonNode.DeepEquals(test.Value["value"], test.Old["value"]))
        {
            test.Errors.Forbidden("value", "may not be changed in an update.");
        }
    }

    private static void Template(ValidationCase test, JsonObject? labels, JsonObject? selector)
    {
        if (selector is null || !LabelMatch.Matches(selector, labels))
        {
            test.Errors.Invalid("spec.template.metadata.labels", labels?.DeepClone(), "`selector` does not match template `labels`");
        }

        MetadataValidation.Labels(labels, "spec.template.labels", test.Errors);
    }
}
