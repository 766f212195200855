using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Ownership;

/// <summary>One entry of metadata.managedFields.</summary>
/// <param name="Manager">Who.</param>
/// <param name="Operation"><c>Apply</c> or <c>Update</c>.</param>
/// <param name="ApiVersion">Version of the object in which the fields are named.</param>
/// <param name="Subresource">Subresource written through, or empty.</param>
/// <param name="Time">When the entry last changed the object, or null.</param>
/// <param name="Fields">Fields owned.</param>
internal sealed record ManagedEntry(string Manager, string Operation, string ApiVersion, string Subresource, string? Time, FieldSet Fields)
{
    /// <summary>Whether both are entries of the same manager.</summary>
    public bool IsOf(string manager, string operation, string apiVersion, string subresource) =>
        Manager == manager && Operation == operation && Subresource == subresource && (ApiVersion == apiVersion || operation == "Apply");

    /// <summary>Reads metadata.managedFields; entries that cannot be read are dropped.</summary>
    public static List<ManagedEntry> Read(JsonObject obj)
    {
        var entries = new List<ManagedEntry>();
        foreach (var entry in (obj["metadata"]?["managedFields"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if ((string?)entry["operation"] is "Apply" or "Update" && entry["fieldsV1"] is JsonObject fields)
            {
                entries.Add(new ManagedEntry(
                    (string?)entry["manager"] ?? "", (string)entry["operation"]!, (string?)entry["apiVersion"] ?? "", (string?)entry["subresource"] ?? "",
                    (string?)entry["time"], FieldSet.FromJson(fields)));
            }
        }

        return entries;
    }

    /// <summary>Writes entries in the API's order; empty ones are left out.</summary>
    public static void Write(JsonObject obj, IEnumerable<ManagedEntry> entries)
    {
        var sorted = entries.Where(e => !e.Fields.IsEmpty)
            .OrderBy(e => e.Operation, StringComparer.Ordinal).ThenBy(e => e.Time ?? "", StringComparer.Ordinal).ThenBy(e => e.Manager, StringComparer.Ordinal)
            .ThenBy(e => e.Subresource, StringComparer.Ordinal)
            .Select(e => (JsonNode)e.ToJson()).ToArray();
        var metadata = obj["metadata"]!.AsObject();
        metadata.Remove("managedFields");
        if (sorted.Length > 0)
        {
            metadata["managedFields"] = new JsonArray(sorted);
        }
    }

    private JsonObject ToJson()
    {
        var json = new JsonObject { ["manager"] = Manager, ["operation"] = Operation, ["apiVersion"] = ApiVersion };
        if (Time is not null)
        {
            json["time"] = Time;
        }

        json["fieldsType"] = "FieldsV1";
        json["fieldsV1"] = Fields.ToJson();
        if (Subresource.Length > 0)
        {
            json["subresource"] = Subresource;
        }

        return json;
    }
}
