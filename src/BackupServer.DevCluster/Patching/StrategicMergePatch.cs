using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Patching;

/// <summary>
/// Strategic merge patch by the <c>x-kubernetes-patch-*</c> facts of a kind's schema (Kubernetes: "Update API Objects in Place Using
/// kubectl patch"). Directives: <c>$patch</c> (replace, delete, merge), <c>$retainKeys</c>, <c>$deleteFromPrimitiveList</c>,
/// <c>$setElementOrder</c>.
/// </summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeleteFromList = "$deleteFromPrimitiveList/";
    private const string ElementOrder = "$setElementOrder/";

    /// <summary>Merges a patch into a tree in place and returns the result.</summary>
    public static JsonObject Apply(JsonObject target, JsonObject patch, TypeSchema? schema)
    {
        switch ((string?)patch[Directive])
        {
            case "replace":
                var replacement = (JsonObject)patch.DeepClone();
                replacement.Remove(Directive);
                return replacement;
            case "delete":
                return [];
        }

        if (patch[RetainKeys] is JsonArray kept)
        {
            foreach (var key in target.Select(p => p.Key).Except(kept.Select(k => (string?)k ?? "")).ToList())
            {
                target.Remove(key);
            }
        }

        foreach (var key in patch.Select(p => p.Key).Where(k => k.StartsWith(ElementOrder, StringComparison.Ordinal)).Select(k => k[ElementOrder.Length..]))
        {
            if (!patch.ContainsKey(key) && target[key] is JsonArray)
            {
                Merge(target, key, new JsonArray(), patch[ElementOrder + key] as JsonArray, schema?.Field(key));
            }
        }

        foreach (var (key, value) in patch)
        {
            if (key.StartsWith(DeleteFromList, StringComparison.Ordinal))
            {
                RemoveValues(target, key[DeleteFromList.Length..], value as JsonArray);
            }
            else if (key[0] != '$' || key.Length == 1)
            {
                Merge(target, key, value, patch[ElementOrder + key] as JsonArray, schema?.Field(key));
            }
        }

        return target;
    }

    private static void Merge(JsonObject target, string key, JsonNode? value, JsonArray? order, TypeSchema? schema)
    {
        switch (value)
        {
            case null:
                target.Remove(key);
                break;
            case JsonObject map when schema?.PatchStrategies.Contains("replace") != true:
                target[key] = Apply(Detach(target, key) as JsonObject ?? [], map, schema) is var merged && (string?)map[Directive] == "delete" ? null : merged;
                if (target[key] is null)
                {
                    target.Remove(key);
                }

                break;
            case JsonArray list when schema?.PatchStrategies.Contains("merge") == true:
                var existing = Detach(target, key) as JsonArray ?? [];
                var before = (JsonArray)existing.DeepClone();
                var mergeKey = schema.PatchMergeKey;
                var all = mergeKey is null ? MergeValues(existing, list) : MergeObjects(existing, list, mergeKey, schema.Items);
                target[key] = Weave(all, before, order ?? list, mergeKey);
                break;
            default:
                target[key] = WithoutDirectives(value.DeepClone());
                break;
        }
    }

    private static JsonArray MergeObjects(JsonArray target, JsonArray patch, string mergeKey, TypeSchema? items)
    {
        if (patch.Any(p => (string?)(p as JsonObject)?[Directive] == "replace" && p!.AsObject().Count == 1))
        {
            return [.. patch.Where(p => p!.AsObject()[Directive] is null).Select(p => WithoutDirectives(p!.DeepClone()))];
        }

        foreach (var element in patch.OfType<JsonObject>())
        {
            var key = element[mergeKey] ?? throw ApiErrors.Unclassified($"map: {GoText.Map(element)} does not contain declared merge key: {mergeKey}");
            var found = target.OfType<JsonObject>().FirstOrDefault(t => JsonNode.DeepEquals(t[mergeKey], key));
            if ((string?)element[Directive] == "delete")
            {
                foreach (var doomed in target.OfType<JsonObject>().Where(t => JsonNode.DeepEquals(t[mergeKey], key)).ToList())
                {
                    target.Remove(doomed);
                }
            }
            else if (found is null)
            {
                target.Add(WithoutDirectives(Apply([], element, items)));
            }
            else
            {
                var index = target.IndexOf(found);
                target[index] = null;
                target[index] = Apply(found, element, items);
            }
        }

        return target;
    }

    private static JsonArray MergeValues(JsonArray target, JsonArray patch)
    {
        foreach (var value in patch.Where(p => !target.Any(t => JsonNode.DeepEquals(t, p))).ToList())
        {
            target.Add(value?.DeepClone());
        }

        return target;
    }

    private static void RemoveValues(JsonObject target, string key, JsonArray? values)
    {
        if (target[key] is JsonArray list && values is not null)
        {
            foreach (var doomed in list.Where(t => values.Any(v => JsonNode.DeepEquals(v, t))).ToList())
            {
                list.Remove(doomed);
            }
        }
    }

    /// <summary>
    /// The order of a merged list: what the patch names in the patch's order, the rest in its own; between the two, elements that were there
    /// before keep their relative places, and new ones go first.
    /// </summary>
    private static JsonArray Weave(JsonArray merged, JsonArray before, JsonArray order, string? mergeKey)
    {
        int Place(JsonArray list, JsonNode? element)
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (mergeKey is null ? JsonNode.DeepEquals(list[i], element) : JsonNode.DeepEquals(list[i]?[mergeKey], element?[mergeKey]))
                {
                    return i;
                }
            }

            return -1;
        }

        var elements = merged.ToList();
        merged.Clear();
        var named = new Queue<JsonNode?>(elements.Where(e => Place(order, e) >= 0).OrderBy(e => Place(order, e)));
        var rest = new Queue<JsonNode?>(elements.Where(e => Place(order, e) < 0));
        while (named.Count > 0 && rest.Count > 0)
        {
            var place = Place(before, named.Peek());
            merged.Add(place < 0 || place < Place(before, rest.Peek()) ? named.Dequeue() : rest.Dequeue());
        }

        foreach (var element in named.Concat(rest))
        {
            merged.Add(element);
        }

        return merged;
    }

    private static JsonNode? Detach(JsonObject target, string key)
    {
        var value = target[key];
        if (value is not null)
        {
            target.Remove(key);
        }

        return value;
    }

    private static JsonNode WithoutDirectives(JsonNode node)
    {
        switch (node)
        {
            case JsonObject obj:
                foreach (var (key, value) in obj.ToList())
                {
                    if (key is Directive or RetainKeys || key.StartsWith(ElementOrder, StringComparison.Ordinal) || key.StartsWith(DeleteFromList, StringComparison.Ordinal))
                    {
                        obj.Remove(key);
                    }
                    else if (value is not null)
                    {
                        WithoutDirectives(value);
                    }
                }

                break;
            case JsonArray array:
                foreach (var value in array.Where(v => v is not null))
                {
                    WithoutDirectives(value!);
                }

                break;
        }

        return node;
    }
}
