using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.Server.Reconcilers;

/// <summary>Turns a status into the patch that makes it so: members that are null are removed.</summary>
internal static class StatusPatch
{
    private static readonly JsonSerializerOptions WithNulls = new(KubernetesJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>A merge patch of the status subresource. Nested objects are replaced by what they hold, nulls removed.</summary>
    public static Patch Of<TStatus>(TStatus status)
        where TStatus : class =>
        Patch.Merge(new JsonObject { ["status"] = Tidy(JsonSerializer.SerializeToNode(status, WithNulls), inList: false) });

    /// <summary>A list is replaced whole, so a null in its elements removes nothing: it would be stored, and refused by the schema.</summary>
    private static JsonNode? Tidy(JsonNode? node, bool inList)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map.ToList())
                {
                    if (value is not null)
                    {
                        _ = Tidy(value, inList);
                    }
                    else if (inList)
                    {
                        map.Remove(key);
                    }
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    _ = Tidy(item, inList: true);
                }

                break;
            default:
                break;
        }

        return node;
    }
}
