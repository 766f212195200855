using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Ownership;

/// <summary>Server-side apply of one configuration onto a live object (KEP-555).</summary>
internal static class ServerSideApply
{
    /// <summary>The merged state with its managedFields; 409 lists the fields others own. The live tree is used up.</summary>
    public static JsonObject Apply(ResourceDefinition resource, JsonObject live, JsonObject config, WriteOptions options, string subresource)
    {
        ApplyCheck.Check(resource, config);
        var entries = ManagedEntry.Read(live);
        var mine = entries.FirstOrDefault(e => e.IsOf(options.FieldManager, "Apply", resource.ApiVersion, subresource));
        var others = entries.Where(e => e != mine).ToList();
        var applied = FieldOwnership.Applied(resource, config, subresource);
        var before = (JsonObject)live.DeepClone();
        var merged = (JsonObject)Merge(live, config, resource.Schema)!;
        if (mine is not null)
        {
            Prune(merged, mine.Fields.Except(applied), others.Aggregate(applied, (all, e) => all.Union(e.Fields)), resource.Schema);
        }

        var touched = FieldOwnership.Diff(resource, before, merged).Touched.Intersect(applied);
        var conflicts = others.Select(e => (Entry: e, Fields: e.Fields.Intersect(touched))).Where(c => !c.Fields.IsEmpty).ToList();
        if (conflicts.Count > 0 && !options.Force)
        {
            throw Conflict(conflicts);
        }

        others = [.. others.Select(e => e with { Fields = e.Fields.Except(touched) })];
        ManagedEntry.Write(merged, [.. others, new ManagedEntry(options.FieldManager, "Apply", resource.ApiVersion, subresource, mine?.Time, applied)]);
        return merged;
    }

    /// <summary>Sets the time of the applier's entry; called when the apply changed the object.</summary>
    public static void Stamp(ResourceDefinition resource, JsonObject obj, WriteOptions options, string subresource, string now) =>
        ManagedEntry.Write(obj, ManagedEntry.Read(obj).Select(e => e.IsOf(options.FieldManager, "Apply", resource.ApiVersion, subresource) ? e with { Time = now } : e));

    private static JsonNode? Merge(JsonNode? live, JsonNode? config, TypeSchema? schema)
    {
        if (live is null || config is null || !ValueShape.IsDivisible(config, schema) || live is JsonObject != config is JsonObject)
        {
            return config?.DeepClone();
        }

        return config is JsonObject map ? MergeMap((JsonObject)live, map, schema) : MergeList((JsonArray)live, (JsonArray)config, schema!);
    }

    private static JsonObject MergeMap(JsonObject live, JsonObject config, TypeSchema? schema)
    {
        foreach (var (key, value) in config)
        {
            var old = live[key];
            live[key] = null;
            live[key] = Merge(old, value, schema?.Field(key));
        }

        return live;
    }

    private static JsonArray MergeList(JsonArray live, JsonArray config, TypeSchema schema)
    {
        var wanted = ValueShape.Parts(config, schema).ToList();
        var present = ValueShape.Parts(live, schema).Select(p => p.Element).ToList();
        var items = live.ToList();
        live.Clear();
        var result = new List<(string Element, JsonNode? Value)>(present.Zip(items));
        foreach (var (element, value, itemSchema) in wanted)
        {
            var index = result.FindIndex(r => r.Element == element);
            if (index < 0)
            {
                result.Add((element, value?.DeepClone()));
            }
            else
            {
                result[index] = (element, schema.ListType == "set" ? result[index].Value : Merge(result[index].Value, value, itemSchema));
            }
        }

        return [.. result.Select(r => r.Value)];
    }

    /// <summary>Removes what the applier owned and no longer names, unless others own it or something in it.</summary>
    private static void Prune(JsonNode value, FieldSet doomed, FieldSet kept, TypeSchema? schema)
    {
        foreach (var (element, part, partSchema) in ValueShape.Parts(value, schema).ToList())
        {
            if (!doomed.Children.TryGetValue(element, out var fate))
            {
                continue;
            }

            var keeps = kept.Children.TryGetValue(element, out var keepers);
            if (fate.IsMember && !keeps)
            {
                RemovePart(value, element, part);
            }
            else if (part is not null && fate.Children.Count > 0)
            {
                Prune(part, fate, keepers ?? new FieldSet(), partSchema);
            }
        }
    }

    private static void RemovePart(JsonNode value, string element, JsonNode? part)
    {
        if (value is JsonObject obj)
        {
            obj.Remove(element[2..]);
        }
        else if (value is JsonArray array)
        {
            array.Remove(part);
        }
    }

    private static ApiStatusException Conflict(List<(ManagedEntry Entry, FieldSet Fields)> conflicts)
    {
        var single = conflicts.SelectMany(c => c.Fields.Paths().Select(p => (c.Entry, Path: p))).ToList();
        var causes = single.Select(c => (JsonNode)new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = "conflict with " + Describe(c.Entry),
            ["field"] = c.Path,
        });
        var text = single.Count == 1
            ? $"conflict with {Describe(single[0].Entry)}: {single[0].Path}"
            : string.Join('\n', conflicts.Select(c => $"conflicts with {Describe(c.Entry)}:\n{string.Join('\n', c.Fields.Paths().Select(p => "- " + p))}"));
        var count = single.Count == 1 ? "1 conflict" : $"{single.Count} conflicts";
        return new ApiStatusException(409, "Conflict", $"Apply failed with {count}: {text}", new JsonObject { ["causes"] = new JsonArray([.. causes]) });
    }

    private static string Describe(ManagedEntry entry) =>
        $"\"{entry.Manager}\"" + (entry.Subresource.Length > 0 ? $" with subresource \"{entry.Subresource}\"" : "") + (entry.Operation == "Update" ? $" using {entry.ApiVersion}" : "");
}
