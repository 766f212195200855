using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.Server.Clusters;

/// <summary>The engine's writes to the cluster, made through the client. A refusal is a value; only silence is an exception.</summary>
internal sealed class ClusterWriter(KubernetesClient client) : IClusterWriter
{
    private const string FieldManager = "backupserver";

    /// <inheritdoc/>
    public Task<WriteResult> CreateAsync(ResourceType type, JsonObject content, CancellationToken cancellationToken) => AnswerAsync(async () =>
        await client.CreateAsync(type.Resource, (string?)content["metadata"]?["namespace"], Bytes(content), new WriteOptions { FieldManager = FieldManager }, cancellationToken));

    /// <inheritdoc/>
    public Task<WriteResult> PatchAsync(ResourceType type, ObjectName name, JsonObject mergePatch, CancellationToken cancellationToken) => AnswerAsync(async () =>
        await client.PatchAsync(type.Resource, name.Namespace, name.Name, Patch.Merge(mergePatch), new WriteOptions { FieldManager = FieldManager }, cancellationToken));

    /// <inheritdoc/>
    public Task<WriteResult> PatchStatusAsync(ResourceType type, ObjectName name, JsonObject mergePatch, CancellationToken cancellationToken) => AnswerAsync(async () =>
        await client.PatchAsync(
            type.Resource, name.Namespace, name.Name, Patch.Merge(mergePatch), WriteOptions.Status with { FieldManager = FieldManager }, cancellationToken));

    /// <inheritdoc/>
    public Task<WriteResult> DeleteAsync(ResourceType type, ObjectName name, string? uid, CancellationToken cancellationToken) => AnswerAsync(async () =>
    {
        var options = new DeleteOptions { Uid = uid, Propagation = PropagationPolicy.Background };
        return await client.DeleteAsync(type.Resource, name.Namespace, name.Name, options, cancellationToken)
            ? WriteResult.Done(null)
            : WriteResult.Failed(404, "NotFound", $"{type.Resource.GroupResource} {name} is not there");
    });

    private static byte[] Bytes(JsonObject content) => JsonSerializer.SerializeToUtf8Bytes(content, KubernetesJson.Options);

    private static Task<WriteResult> AnswerAsync(Func<Task<RawObject>> write) => AnswerAsync(async () => WriteResult.Done(await write()));

    private static async Task<WriteResult> AnswerAsync(Func<Task<WriteResult>> write)
    {
        try
        {
            return await write();
        }
        catch (KubernetesException e) when (e.StatusCode is { } status && !e.IsTransient)
        {
            return WriteResult.Failed((int)status, e.Reason, e.Status?.Message is { Length: > 0 } words ? words : e.Message);
        }
        catch (KubernetesException e)
        {
            throw ClusterReader.Translate(e);
        }
    }
}
