using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas.Kinds;

namespace BackupServer.DevCluster.Registry;

/// <summary>Conversion between the stored version of an object and the version it is served in.</summary>
internal static class VersionConversion
{
    /// <summary>An event's fields in core v1 (stored) and in events.k8s.io/v1.</summary>
    private static readonly (string Stored, string Served)[] EventFields =
    [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
        ("reportingComponent", "reportingController"),
    ];

    /// <summary>Whether stored bytes can be sent as they are.</summary>
    public static bool IsIdentity(ResourceDefinition resource) =>
        resource.Version == resource.StorageVersion && (resource.Group.Length == 0 || resource.Bucket != "events");

    /// <summary>Turns a stored tree into the served version, in place where possible.</summary>
    public static JsonObject FromStored(ResourceDefinition resource, JsonObject stored)
    {
        if (resource is { Resource: "horizontalpodautoscalers", Version: "v1" })
        {
            return HorizontalPodAutoscalerConversion.ToV1(stored);
        }

        if (IsIdentity(resource))
        {
            return stored;
        }

        stored["apiVersion"] = resource.ApiVersion;
        return resource.Bucket == "events" ? WithoutEmpty(Renamed(stored, e => (e.Stored, e.Served))) : stored;
    }

    /// <summary>Turns a served tree into the stored version, in place where possible.</summary>
    public static JsonObject ToStored(ResourceDefinition resource, JsonObject served)
    {
        if (resource is { Resource: "horizontalpodautoscalers", Version: "v1" })
        {
            return HorizontalPodAutoscalerConversion.ToV2(served);
        }

        if (IsIdentity(resource))
        {
            return served;
        }

        served["apiVersion"] = resource.Bucket == "events" ? "v1" : $"{resource.Group}/{resource.StorageVersion}";
        return resource.Bucket == "events" ? Renamed(served, e => (e.Served, e.Stored)) : served;
    }

    /// <summary>The stored name of a field selector's path.</summary>
    public static string StoredField(ResourceDefinition resource, string path)
    {
        if (IsIdentity(resource) || resource.Bucket != "events")
        {
            return path;
        }

        var parts = path.Split('.', 2);
        var stored = EventFields.FirstOrDefault(e => e.Served == parts[0]).Stored ?? parts[0];
        return parts.Length == 1 ? stored : $"{stored}.{parts[1]}";
    }

    /// <summary>The core API always writes who reports, even nobody; the other only somebody.</summary>
    private static JsonObject WithoutEmpty(JsonObject served)
    {
        foreach (var field in (ReadOnlySpan<string>)["reportingController", "reportingInstance"])
        {
            if (served[field] is JsonValue value && (string?)value == "")
            {
                served.Remove(field);
            }
        }

        return served;
    }

    private static JsonObject Renamed(JsonObject obj, Func<(string Stored, string Served), (string From, string To)> direction)
    {
        foreach (var (from, to) in EventFields.Select(direction))
        {
            if (obj.Remove(from, out var value))
            {
                obj[to] = value;
            }
        }

        return obj;
    }
}
