using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Api;

/// <summary>Reading and writing object metadata in JSON trees.</summary>
internal static class ObjectMeta
{
    /// <summary>RFC 3339 in seconds, UTC: how the API spells times.</summary>
    public static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ");

    /// <summary>RFC 3339 with six digits: the API's MicroTime.</summary>
    public static string MicroTimestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ");

    /// <summary>The metadata object, added when missing.</summary>
    public static JsonObject Metadata(this JsonObject obj)
    {
        if (obj["metadata"] is not JsonObject metadata)
        {
            metadata = [];
            obj["metadata"] = metadata;
        }

        return metadata;
    }

    /// <summary>metadata.name, or the empty string.</summary>
    public static string Name(this JsonObject obj) => (string?)obj["metadata"]?["name"] ?? "";

    /// <summary>metadata.namespace, or the empty string.</summary>
    public static string Namespace(this JsonObject obj) => (string?)obj["metadata"]?["namespace"] ?? "";

    /// <summary>metadata.uid, or the empty string.</summary>
    public static string Uid(this JsonObject obj) => (string?)obj["metadata"]?["uid"] ?? "";

    /// <summary>metadata.resourceVersion, or the empty string.</summary>
    public static string ResourceVersion(this JsonObject obj) => (string?)obj["metadata"]?["resourceVersion"] ?? "";

    /// <summary>Whether metadata.deletionTimestamp is set.</summary>
    public static bool IsDeleting(this JsonObject obj) => obj["metadata"]?["deletionTimestamp"] is not null;

    /// <summary>metadata.finalizers.</summary>
    public static IReadOnlyList<string> Finalizers(this JsonObject obj) =>
        obj["metadata"]?["finalizers"] is JsonArray values ? [.. values.Select(v => (string?)v ?? "")] : [];

    /// <summary>Labels as pairs.</summary>
    public static IReadOnlyDictionary<string, string> Labels(this JsonObject obj) =>
        obj["metadata"]?["labels"] is JsonObject labels ? labels.ToDictionary(l => l.Key, l => (string?)l.Value ?? "") : [];
}
