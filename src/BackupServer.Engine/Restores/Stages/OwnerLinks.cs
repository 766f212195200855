using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>
/// Ties objects to their owners by the owners' new uids. An owner that is not restored is not referred to: garbage collection would
/// delete the object.
/// </summary>
internal sealed class OwnerLinks(RestoreState state, IClusterWriter writer)
{
    /// <summary>Puts on an object that is about to be made the owners that are there.</summary>
    public void Put(JsonObject content, IReadOnlyList<OwnerReference> owners)
    {
        var known = Known(owners);
        if (known.Count > 0)
        {
            content.Ensure("metadata")["ownerReferences"] = known;
        }
    }

    /// <summary>
    /// Remembers an object that lacks owners which may still come. What counts is the object in the cluster: this restore may have made it
    /// in an earlier life, before its owners were there.
    /// </summary>
    public void Remember(ResourceType type, ObjectReference target, RawObject live, IReadOnlyList<OwnerReference> owners)
    {
        if (live.Metadata.OwnerReferences.Count < owners.Count)
        {
            state.OwnersMissing.Add((type, target, owners));
        }
    }

    /// <summary>Completes the objects whose owners have come since.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        foreach (var (type, target, owners) in state.OwnersMissing)
        {
            var known = Known(owners);
            if (known.Count == 0)
            {
                continue;
            }

            var result = await writer.PatchAsync(
                type, target.Name, new JsonObject { ["metadata"] = new JsonObject { ["ownerReferences"] = known } }, cancellationToken);
            if (!result.IsDone && result.Outcome != WriteOutcome.NotFound)
            {
                state.Journal.Warn(target.ToString(), $"It was restored, but not tied to its owners, so it will not be deleted with them: {result.Message}");
            }
        }
    }

    private JsonArray Known(IReadOnlyList<OwnerReference> owners) =>
    [
        .. owners
            .Where(owner => state.Uids.ContainsKey(owner.Uid))
            .Select(owner => JsonSerializer.SerializeToNode(owner with { Uid = state.Uids[owner.Uid] }, KubernetesJson.Options)),
    ];
}
