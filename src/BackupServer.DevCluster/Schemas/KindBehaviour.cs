using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// The base of behaviours: decoding, defaults, status, generation and validation by tables. A kind with more to it overrides the hooks
/// <see cref="OnCreate"/> and <see cref="OnUpdate"/>, after which the object is completed as the encoder of its type would.
/// </summary>
internal class KindBehaviour(KindTraits? traits = null) : IKindBehaviour
{
    private static readonly Dictionary<string, Func<JsonObject, string>> NoFields = [];

    /// <summary>Metadata that a write to status may not touch.</summary>
    protected virtual IReadOnlyList<string> MetadataKeptByStatus { get; } =
        ["labels", "annotations", "finalizers", "ownerReferences", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <summary>The kind's flags.</summary>
    protected KindTraits Traits { get; } = traits ?? KindTraits.None;

    /// <inheritdoc/>
    public virtual IReadOnlyDictionary<string, Func<JsonObject, string>> SelectableFields => NoFields;

    /// <inheritdoc/>
    public bool AllowCreateOnUpdate => Traits.CreateOnUpdate;

    /// <inheritdoc/>
    public bool RequireResourceVersion => Traits.NeedsVersion;

    /// <inheritdoc/>
    public bool DeleteReturnsObject => Traits.ReturnsObject;

    /// <inheritdoc/>
    public virtual void Default(JsonObject obj, BehaviourContext context)
    {
        if (Type(context) is { } type)
        {
            if (!context.Options.IsDecoded)
            {
                BodyDecoding.Decode(obj, type, context);
            }

            DefaultTable.Instance.Apply(obj, type);
        }
    }

    /// <inheritdoc/>
    public virtual void PrepareForCreate(JsonObject obj, BehaviourContext context)
    {
        if (!Traits.KeepsStatus && context.Resource.Subresource("status") is not null)
        {
            obj.Remove("status");
        }

        if (Traits.Generation)
        {
            obj["metadata"]!["generation"] = 1L;
        }

        OnCreate(obj, context);
        Complete(obj, context);
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

        OnUpdate(obj, old, context);
        Complete(obj, context);
        SetGeneration(obj, old, context);
    }

    /// <inheritdoc/>
    public virtual void Validate(JsonObject obj, JsonObject? old, FieldErrors errors, BehaviourContext context)
    {
        if (Type(context) is { } type)
        {
            ValidationTable.Instance.Validate(obj, old, type, errors, context);
        }
    }

    /// <inheritdoc/>
    public virtual void Allocate(JsonObject obj, JsonObject? old, BehaviourContext context)
    {
    }

    /// <inheritdoc/>
    public virtual void PlanDeletion(JsonObject obj, DeletionPlan plan, BehaviourContext context)
    {
        if (Traits.Orphans)
        {
            plan.DefaultPropagation = "Orphan";
        }
    }

    /// <inheritdoc/>
    public virtual bool HoldsDeletion(JsonObject obj) => false;

    /// <inheritdoc/>
    public virtual void Committed(JsonObject? obj, JsonObject? old, BehaviourContext context)
    {
    }

    /// <summary>What else creation sets.</summary>
    protected virtual void OnCreate(JsonObject obj, BehaviourContext context)
    {
    }

    /// <summary>What else an update sets or restores.</summary>
    protected virtual void OnUpdate(JsonObject obj, JsonObject old, BehaviourContext context)
    {
    }

    /// <summary>The kind's Go type, or null when the build knows none.</summary>
    protected static SchemaNode? Type(BehaviourContext context) =>
        SchemaCatalog.Instance.Kind(context.Resource.Group, context.Resource.Version, context.Resource.Kind);

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

    /// <summary>Takes from the old object what a write to its status may not touch.</summary>
    protected void KeepAllButStatus(JsonObject obj, JsonObject old)
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
        foreach (var key in MetadataKeptByStatus)
        {
            Keep(metadata, previous, key);
        }
    }

    private static void Complete(JsonObject obj, BehaviourContext context)
    {
        if (Type(context) is { } type)
        {
            DefaultTable.Instance.Apply(obj, type);
            TypedEncoder.Complete(obj, type);
        }
    }

    private void SetGeneration(JsonObject obj, JsonObject old, BehaviourContext context)
    {
        var metadata = obj["metadata"]!.AsObject();
        var generation = Json.Integer(old, "metadata", "generation");
        if (!Traits.Generation && !Traits.UpdateGeneration)
        {
            // Kinds without generations keep what their creator wrote.
            Keep(metadata, old["metadata"]!.AsObject(), "generation");
            return;
        }

        if (context.Subresource is "" or "scale" or "resize" or "ephemeralcontainers" && DesiredStateDiffers(obj, old))
        {
            generation = (generation ?? 0) + 1;
        }

        metadata.Remove("generation");
        if (generation is { } value)
        {
            metadata["generation"] = value;
        }
    }
}
