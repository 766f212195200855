using System.Globalization;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers;

/// <summary>Reading and writing the fields of an object by path, where an absent field, null and a value of another type all read as "not there".</summary>
internal static class ObjectFields
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (node is not JsonObject fields || !fields.TryGetPropertyValue(name, out node)) return null;
        }

        return node;
    }

    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is not JsonValue value ? null
        : value.TryGetValue<long>(out var whole) ? whole
        : value.TryGetValue<int>(out var small) ? small
        : value.TryGetValue<double>(out var real) ? (long)real
        : null;

    public static int Int(this JsonNode? node, int otherwise, params ReadOnlySpan<string> path) =>
        node.Number(path) is { } number ? (int)Math.Clamp(number, int.MinValue, int.MaxValue) : otherwise;

    public static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    public static JsonObject? Fields(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    public static IEnumerable<JsonObject> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray items ? items.OfType<JsonObject>() : [];

    public static IEnumerable<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray items ? items.Select(item => item.Text()).OfType<string>() : [];

    public static IReadOnlyDictionary<string, string> Map(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (node.At(path) is not JsonObject fields) return map;
        foreach (var (name, value) in fields)
        {
            if (value.Text() is { } text) map[name] = text;
        }

        return map;
    }

    public static DateTimeOffset? Time(this JsonNode? node, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(node.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The object at the path, made (with those on the way) when it is not there.</summary>
    public static JsonObject Ensure(this JsonObject fields, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (fields[name] is not JsonObject next) fields[name] = next = [];
            fields = next;
        }

        return fields;
    }

    public static string Name(this JsonNode? node) => node.Text("metadata", "name") ?? string.Empty;

    public static string? Namespace(this JsonNode? node) => node.Text("metadata", "namespace");

    public static string Uid(this JsonNode? node) => node.Text("metadata", "uid") ?? string.Empty;

    public static bool IsDeleting(this JsonNode? node) => node.Text("metadata", "deletionTimestamp") is not null;

    public static bool HasFinalizer(this JsonNode? node, string finalizer) => node.Texts("metadata", "finalizers").Contains(finalizer);

    public static long Generation(this JsonNode? node) => node.Number("metadata", "generation") ?? 0;

    public static IReadOnlyDictionary<string, string> Labels(this JsonNode? node) => node.Map("metadata", "labels");

    public static string? Annotation(this JsonNode? node, string key) => node.Text("metadata", "annotations", key);

    public static void SetAnnotation(this JsonObject node, string key, string value) => node.Ensure("metadata", "annotations")[key] = value;

    public static void RemoveFinalizer(this JsonObject node, string finalizer)
    {
        if (node.At("metadata", "finalizers") is not JsonArray finalizers) return;
        for (var i = finalizers.Count - 1; i >= 0; i--)
        {
            if (finalizers[i].Text() == finalizer) finalizers.RemoveAt(i);
        }

        if (finalizers.Count == 0) node.Fields("metadata")!.Remove("finalizers");
    }

    /// <summary>RFC 3339 in whole seconds, as the API writes metav1.Time.</summary>
    public static string Stamp(this DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339 with six digits, as the API writes metav1.MicroTime.</summary>
    public static string MicroStamp(this DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    public static JsonArray ToJson(this IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    public static JsonObject ToJson(this IEnumerable<KeyValuePair<string, string>> map)
    {
        var fields = new JsonObject();
        foreach (var (name, value) in map) fields[name] = value;
        return fields;
    }
}
