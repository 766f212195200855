using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// What is particular to one kind, called by <c>ResourceService</c> in this order.
/// Create: Default → admission → PrepareForCreate → Validate → Allocate → store → Committed.
/// Update, patch, apply: Default → PrepareForUpdate → admission → Validate → (nothing changed: stop) → Allocate → store → Committed.
/// Delete: PlanDeletion → (mark or remove) → Committed.
/// Objects given are the caller's own tree: change them in place. <c>old</c> must not be changed. With dryRun all but Allocate's lasting
/// effects and Committed happen. Implementations are shared by all requests: no state of a request in fields.
/// </summary>
internal interface IKindBehaviour
{
    /// <summary>Fills in defaults that the API's decoder sets (on every write, so it must be idempotent).</summary>
    void Default(JsonObject obj, BehaviourContext context);

    /// <summary>Drops what a creator may not set (status), sets generation where the kind has one, and other create-time facts.</summary>
    void PrepareForCreate(JsonObject obj, BehaviourContext context);

    /// <summary>
    /// Restores what this write may not touch (status for the main resource; everything but status for <c>status</c>) and bumps
    /// metadata.generation where the kind's rule says so.
    /// </summary>
    void PrepareForUpdate(JsonObject obj, JsonObject old, BehaviourContext context);

    /// <summary>Adds all problems. Object metadata common to all kinds is checked by the service. <paramref name="old"/> is null on create.</summary>
    void Validate(JsonObject obj, JsonObject? old, FieldErrors errors, BehaviourContext context);

    /// <summary>Allocates what only the server can (addresses, ports), just before storing; with dryRun nothing may stay allocated.</summary>
    void Allocate(JsonObject obj, JsonObject? old, BehaviourContext context);

    /// <summary>Decides on grace and default propagation; may refuse by throwing.</summary>
    void PlanDeletion(JsonObject obj, DeletionPlan plan, BehaviourContext context);

    /// <summary>
    /// Notes the deletion in a marked object; true when something beyond its finalizers and its grace keeps it (spec.finalizers of a
    /// Namespace). An update of a marked object removes it as soon as this says false.
    /// </summary>
    bool HoldsDeletion(JsonObject obj);

    /// <summary>After the store has it: <paramref name="obj"/> null means deleted, <paramref name="old"/> null created. Never for dryRun.</summary>
    void Committed(JsonObject? obj, JsonObject? old, BehaviourContext context);

    /// <summary>What field selectors may ask, beyond metadata.name and metadata.namespace: field path to the object's value.</summary>
    IReadOnlyDictionary<string, Func<JsonObject, string>> SelectableFields { get; }

    /// <summary>Whether PUT and apply to a name that does not exist create it.</summary>
    bool AllowCreateOnUpdate { get; }

    /// <summary>Whether an update must name a resourceVersion.</summary>
    bool RequireResourceVersion { get; }

    /// <summary>Whether DELETE answers with the object instead of a Status.</summary>
    bool DeleteReturnsObject { get; }
}
