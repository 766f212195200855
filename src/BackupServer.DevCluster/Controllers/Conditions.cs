using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers;

/// <summary>Entries of <c>status.conditions</c>, found by type; the transition time moves only when the status does.</summary>
internal static class Conditions
{
    public static JsonObject? Find(JsonNode? holder, string type) =>
        holder.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);

    public static bool IsTrue(JsonNode? holder, string type) => Find(holder, type).Text("status") == "True";

    /// <summary>Writes a condition into <c>status.conditions</c> of the holder. <paramref name="stampUpdate"/>: the field that moves with every change of text.</summary>
    public static void Set(JsonObject holder, string type, string status, string reason, string? message, string now, string? stampUpdate = null)
    {
        var fields = holder.Ensure("status");
        if (fields["conditions"] is not JsonArray conditions) fields["conditions"] = conditions = [];
        if (Find(holder, type) is not { } condition)
        {
            condition = new JsonObject { ["type"] = type };
            conditions.Add(condition);
        }
        else if (condition.Text("status") == status && condition.Text("reason") == reason && condition.Text("message") == message)
        {
            return;
        }

        if (condition.Text("status") != status) condition["lastTransitionTime"] = now;
        condition["status"] = status;
        condition["reason"] = reason;
        if (message is not null) condition["message"] = message;
        if (stampUpdate is not null) condition[stampUpdate] = now;
    }

    public static void Remove(JsonObject holder, string type)
    {
        if (Find(holder, type) is not { } condition) return;
        var conditions = (JsonArray)holder.At("status", "conditions")!;
        conditions.Remove(condition);
        if (conditions.Count == 0) holder.Fields("status")!.Remove("conditions");
    }
}
