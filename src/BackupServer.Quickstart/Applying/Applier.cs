using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Writes;
using BackupServer.Quickstart.Clusters;

namespace BackupServer.Quickstart.Applying;

/// <summary>Applies manifests as kubectl would, server-side; and two things kubectl cannot: the uid of an owner, and the status of custom resources.</summary>
internal sealed class Applier(KubernetesClient client)
{
    private static readonly WriteOptions Write = new() { FieldManager = "quickstart", Force = true };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Applies objects in their order.</summary>
    public async Task ApplyAsync(IEnumerable<JsonObject> objects, CancellationToken cancellationToken)
    {
        foreach (var item in objects)
        {
            var copy = (JsonObject)item.DeepClone();
            var type = await TypeAsync(copy, cancellationToken);
            await FillOwnersAsync(copy, cancellationToken);
            var status = copy["status"];
            copy.Remove("status");
            var metadata = copy["metadata"]!;
            var name = (string)metadata["name"]!;
            var ns = type.Namespaced
                ? (string?)metadata["namespace"] ?? throw new StoryException($"{type.Kind} {name} has no metadata.namespace; the quickstart deletes and restores whole namespaces, so it must say its own")
                : null;
            _ = await client.PatchAsync(type.Resource, ns, name, Patch.Apply(RawObject.From(copy).Utf8), Write, cancellationToken);
            if (status is not null)
            {
                _ = await client.PatchAsync(type.Resource, ns, name, Patch.Merge(new JsonObject { ["status"] = status }), WriteOptions.Status, cancellationToken);
            }
        }
    }

    private async Task FillOwnersAsync(JsonObject item, CancellationToken cancellationToken)
    {
        foreach (var owner in item["metadata"]!["ownerReferences"]?.AsArray() ?? [])
        {
            var type = await client.Discovery.FindKindAsync((string)owner!["apiVersion"]!, (string)owner["kind"]!, cancellationToken)
                ?? throw new StoryException($"the cluster does not serve {owner["kind"]} of {owner["apiVersion"]}");
            var found = await client.GetAsync(type.Resource, (string?)item["metadata"]!["namespace"], (string)owner["name"]!, cancellationToken);
            owner["uid"] = found.Metadata.Uid;
        }
    }

    private async Task<ResourceType> TypeAsync(JsonObject item, CancellationToken cancellationToken)
    {
        var (apiVersion, kind) = ((string)item["apiVersion"]!, (string)item["kind"]!);
        ResourceType? type = null;

        // A definition applied a moment ago may not be served yet.
        await Waiting.UntilAsync(
            async () => (type = await client.Discovery.FindKindAsync(apiVersion, kind, cancellationToken)) is not null,
            Patience, () => Task.FromResult($"the cluster does not serve {kind} of {apiVersion}"), cancellationToken);
        return type!;
    }
}
