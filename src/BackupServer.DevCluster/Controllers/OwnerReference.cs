using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers;

/// <summary>One entry of <c>metadata.ownerReferences</c>.</summary>
internal sealed record OwnerReference(string ApiVersion, string Kind, string Name, string Uid, bool IsController, bool BlocksOwnerDeletion)
{
    public static IEnumerable<OwnerReference> Of(JsonNode? owned) =>
        owned.Items("metadata", "ownerReferences").Select(reference => new OwnerReference(
            reference.Text("apiVersion") ?? string.Empty,
            reference.Text("kind") ?? string.Empty,
            reference.Text("name") ?? string.Empty,
            reference.Text("uid") ?? string.Empty,
            reference.Flag("controller"),
            reference.Flag("blockOwnerDeletion")));

    public static OwnerReference? ControllerOf(JsonNode? owned) => Of(owned).FirstOrDefault(reference => reference.IsController);

    public static bool IsControlledBy(JsonNode? owned, JsonNode owner) => ControllerOf(owned)?.Uid == owner.Uid();

    /// <summary>The reference a controller writes into what it makes or adopts.</summary>
    public static JsonObject ControllerReference(JsonNode owner) => new()
    {
        ["apiVersion"] = owner.Text("apiVersion"),
        ["kind"] = owner.Text("kind"),
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };

    public static void Add(JsonObject owned, JsonObject reference)
    {
        var metadata = owned.Ensure("metadata");
        if (metadata["ownerReferences"] is not JsonArray references) metadata["ownerReferences"] = references = [];
        references.Add(reference);
    }

    /// <summary>Takes the references to the given uids out; says whether there were any.</summary>
    public static bool Remove(JsonObject owned, IReadOnlySet<string> uids)
    {
        if (owned.At("metadata", "ownerReferences") is not JsonArray references) return false;
        var before = references.Count;
        for (var i = references.Count - 1; i >= 0; i--)
        {
            if (uids.Contains(references[i].Text("uid") ?? string.Empty)) references.RemoveAt(i);
        }

        var changed = references.Count != before;
        if (references.Count == 0) owned.Fields("metadata")!.Remove("ownerReferences");
        return changed;
    }
}
