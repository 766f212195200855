using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The base of behaviours: common rules of status and generation, nothing particular.</summary>
internal class KindBehaviour : IKindBehaviour
{
    private static readonly Dictionary<string, Func<JsonObject, string>> None = [];

    /// <inheritdoc/>
    public virtual IReadOnlyDictionary<string, Func<JsonObject, string>> SelectableFields => None;

    /// <inheritdoc/>
    public virtual bool AllowCreateOnUpdate => false;

    /// <inheritdoc/>
    public virtual bool RequireResourceVersion => false;

    /// <inheritdoc/>
    public virtual bool DeleteReturnsObject => false;

    /// <summary>Whether metadata.generation is kept: 1 at creation, one more at each change of anything but metadata and status.</summary>
    protected virtual bool HasGeneration => false;

    /// <inheritdoc/>
    public virtual void Default(JsonObject obj, BehaviourContext context)
    {
    }

    /// <inheritdoc/>
    public virtual void PrepareForCreate(JsonObject obj, BehaviourContext context)
    {
        if (context.Resource.Subresource("status") is not null)
        {
            obj.Remove("status");
        }

        SetGeneration(obj, HasGeneration ? 1 : null);
    }

    /// <inheritdoc/>
    public virtual void PrepareForUpdate(JsonObject obj, JsonObject old, BehaviourContext context)
    {
        if (context.Subresource == "status")
        {
            KeepAllButStatus(obj, old);
        }
        else if (context.Resource.Subresource("status") is not null)
        {
            Keep(obj, old, "status");
        }

        var generation = (long?)old["metadata"]?["generation"];
        SetGeneration(obj, HasGeneration && context.Subresource != "status" && DesiredStateDiffers(obj, old) ? (generation ?? 0) + 1 : generation);
    }

    /// <inheritdoc/>
    public virtual void Validate(JsonObject obj, JsonObject? old, FieldErrors errors, BehaviourContext context)
    {
    }

    /// <inheritdoc/>
    public virtual void Allocate(JsonObject obj, JsonObject? old, BehaviourContext context)
    {
    }

    /// <inheritdoc/>
    public virtual void PlanDeletion(JsonObject obj, DeletionPlan plan, BehaviourContext context)
    {
    }

    /// <inheritdoc/>
    public virtual void Committed(JsonObject? obj, JsonObject? old, BehaviourContext context)
    {
    }

    /// <summary>Whether anything but metadata and status differs.</summary>
    protected static bool DesiredStateDiffers(JsonObject obj, JsonObject old)
    {
        static bool Desired(string key) => key is not ("metadata" or "status" or "kind" or "apiVersion");
        return obj.Where(p => Desired(p.Key)).Any(p => !JsonNode.DeepEquals(p.Value, old[p.Key]))
            || old.Where(p => Desired(p.Key)).Any(p => p.Value is not null && !obj.ContainsKey(p.Key));
    }

    /// <summary>Takes one top-level field from the old object.</summary>
    protected static void Keep(JsonObject obj, JsonObject old, string field)
    {
        obj.Remove(field);
        if (old[field] is { } value)
        {
            obj[field] = value.DeepClone();
        }
    }

    private static void KeepAllButStatus(JsonObject obj, JsonObject old)
    {
        foreach (var key in obj.Select(p => p.Key).Union(old.Select(p => p.Key)).ToList())
        {
            if (key is not ("status" or "metadata" or "kind" or "apiVersion"))
            {
                Keep(obj, old, key);
            }
        }

        var metadata = obj["metadata"]!.AsObject();
        var previous = old["metadata"]!.AsObject();
        foreach (var key in new[] { "labels", "annotations", "finalizers", "ownerReferences", "deletionTimestamp", "deletionGracePeriodSeconds" })
        {
            Keep(metadata, previous, key);
        }
    }

    private static void SetGeneration(JsonObject obj, long? generation)
    {
        var metadata = obj["metadata"]!.AsObject();
        metadata.Remove("generation");
        if (generation is { } value)
        {
            metadata["generation"] = value;
        }
    }
}
