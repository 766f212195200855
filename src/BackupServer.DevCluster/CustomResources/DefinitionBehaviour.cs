using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Schemas;
using BackupServer.DevCluster.Schemas.Kinds;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>CustomResourceDefinitions: stored versions, validation, and a deletion that first removes the instances.</summary>
internal sealed class DefinitionBehaviour(KindTraits traits) : SelectingBehaviour(traits)
{
    /// <summary>Holds a definition until its instances are gone.</summary>
    public const string CleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, JsonObject? old, FieldErrors errors, BehaviourContext context)
    {
        base.Validate(obj, old, errors, context);
        DefinitionValidation.Validate(obj, old, errors);
    }

    /// <inheritdoc/>
    public override void PlanDeletion(JsonObject obj, DeletionPlan plan, BehaviourContext context)
    {
        if (!obj.IsDeleting() && !obj.Finalizers().Contains(CleanupFinalizer))
        {
            Json.Array(obj.Metadata(), "finalizers").Add(CleanupFinalizer);
        }
    }

    /// <inheritdoc/>
    protected override void OnCreate(JsonObject obj, BehaviourContext context)
    {
        var stored = new JsonArray();
        if (StorageVersion(obj) is { } version)
        {
            stored.Add(version);
        }

        obj["status"] = new JsonObject { ["storedVersions"] = stored };
    }

    /// <inheritdoc/>
    protected override void OnUpdate(JsonObject obj, JsonObject old, BehaviourContext context)
    {
        if (context.Subresource.Length == 0 && StorageVersion(obj) is { } version)
        {
            var stored = Json.Array(Json.Object(obj, "status"), "storedVersions");
            if (!Json.Texts(stored).Contains(version))
            {
                stored.Add(version);
            }
        }
    }

    private static string? StorageVersion(JsonObject definition) =>
        Json.Items(Json.Get(definition, "spec", "versions")).Where(version => Json.IsTrue(version, "storage")).Select(version => Json.Text(version, "name")).FirstOrDefault();
}
