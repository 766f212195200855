using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>Pods made from the template of their controller.</summary>
internal static class PodTemplates
{
    /// <summary>A Pod with the template's labels, annotations, finalizers and spec, owned by the controller.</summary>
    public static JsonObject Instantiate(JsonObject owner, JsonNode? template)
    {
        var metadata = new JsonObject { ["namespace"] = owner.Namespace() };
        foreach (var field in (ReadOnlySpan<string>)["labels", "annotations", "finalizers"])
        {
            if (template.At("metadata", field) is { } value) metadata[field] = value.DeepClone();
        }

        metadata["ownerReferences"] = new JsonArray(OwnerReference.ControllerReference(owner));
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = template.At("spec")?.DeepClone() ?? new JsonObject(),
        };
    }

    /// <summary>Whether two templates make the same Pods; the hash label a ReplicaSet adds is not part of what was asked.</summary>
    public static bool AreEqual(JsonNode? left, JsonNode? right) => JsonNode.DeepEquals(WithoutHash(left), WithoutHash(right));

    private static JsonNode? WithoutHash(JsonNode? template)
    {
        var copy = template?.DeepClone();
        if (copy.Fields("metadata", "labels") is { } labels)
        {
            labels.Remove("pod-template-hash");
            if (labels.Count == 0) copy.Fields("metadata")!.Remove("labels");
        }

        copy.Fields("metadata")?.Remove("creationTimestamp");
        return copy;
    }
}
