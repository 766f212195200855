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
        Patch.Merge(new JsonObject { ["status"] = JsonSerializer.SerializeToNode(status, WithNulls) });
}
