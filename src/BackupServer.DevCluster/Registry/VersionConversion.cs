using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas.Kinds;

namespace BackupServer.DevCluster.Registry;

/// <summary>Conversion between the stored version of an object and the version it is served in.</summary>
internal static class VersionConversion
{
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

        if (!IsIdentity(resource))
        {
            stored["apiVersion"] = resource.ApiVersion;
        }

        return stored;
    }

    /// <summary>Turns a served tree into the stored version, in place where possible.</summary>
    public static JsonObject ToStored(ResourceDefinition resource, JsonObject served)
    {
        if (resource is { Resource: "horizontalpodautoscalers", Version: "v1" })
        {
            return HorizontalPodAutoscalerConversion.ToV2(served);
        }

        if (!IsIdentity(resource))
        {
            served["apiVersion"] = resource.Bucket == "events" ? "v1" : $"{resource.Group}/{resource.StorageVersion}";
        }

        return served;
    }
}
