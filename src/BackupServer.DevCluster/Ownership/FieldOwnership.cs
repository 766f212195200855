using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Ownership;

/// <summary>Keeps metadata.managedFields: who owns which field, by updates and by server-side apply.</summary>
internal static class FieldOwnership
{
    private static readonly FieldSet Untracked = FieldSet.FromJson(JsonNode.Parse(
        """
        {"f:apiVersion":{},"f:kind":{},"f:metadata":{"f:name":{},"f:namespace":{},"f:creationTimestamp":{},"f:selfLink":{},"f:uid":{},
         "f:generation":{},"f:managedFields":{},"f:resourceVersion":{},"f:deletionTimestamp":{},"f:deletionGracePeriodSeconds":{}}}
        """)!.AsObject());

    /// <summary>Records an update (or creation) in the new state's managedFields.</summary>
    public static void TrackUpdate(ResourceDefinition resource, JsonObject? old, JsonObject obj, WriteOptions options, string subresource, string now)
    {
        var reset = obj["metadata"]?["managedFields"] is JsonArray { Count: 1 } given && given[0] is JsonObject { Count: 0 };
        var diff = Diff(resource, old, obj);
        var entries = old is null || reset ? [] : ManagedEntry.Read(old);
        var mine = entries.FirstOrDefault(e => e.IsOf(options.FieldManager, "Update", resource.ApiVersion, subresource));
        var gone = diff.Touched.Union(diff.Removed);
        var others = entries.Where(e => e != mine).Select(e => e with { Fields = e.Fields.Except(gone) });
        var fields = (mine?.Fields ?? new FieldSet()).Union(diff.Touched).Except(diff.Removed);
        var time = mine is not null && mine.Fields.SetEquals(fields) && diff.Touched.IsEmpty ? mine.Time : now;
        ManagedEntry.Write(obj, [.. others, new ManagedEntry(options.FieldManager, "Update", resource.ApiVersion, subresource, time, fields)]);
    }

    /// <summary>What an object's fields are, without those nobody owns and those the subresource does not write.</summary>
    public static FieldSet Applied(ResourceDefinition resource, JsonObject config, string subresource)
    {
        var fields = FieldDiff.Of(config, resource.Schema).ExceptBelow(Untracked);
        if (resource.Subresource("status") is not null)
        {
            foreach (var element in fields.Children.Keys.ToList())
            {
                if (subresource == "status" ? element != "f:status" : element == "f:status")
                {
                    fields.Remove(element);
                }
            }
        }

        return fields;
    }

    /// <summary>What differs between two states, without what nobody owns.</summary>
    public static FieldDiff Diff(ResourceDefinition resource, JsonObject? old, JsonObject obj)
    {
        var diff = FieldDiff.Between(old, obj, resource.Schema);
        return new FieldDiff(diff.Touched.ExceptBelow(Untracked), diff.Removed.ExceptBelow(Untracked));
    }
}
