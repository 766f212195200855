using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Namespaces hold themselves with a finalizer in their spec until their content is gone.</summary>
internal sealed class NamespaceBehaviour(KindTraits traits) : SelectingBehaviour(traits)
{
    /// <inheritdoc/>
    public override bool HoldsDeletion(JsonObject obj)
    {
        Json.Object(obj, "status")["phase"] = "Terminating";
        return obj["spec"]?["finalizers"] is JsonArray { Count: > 0 };
    }

    /// <inheritdoc/>
    protected override void OnCreate(JsonObject obj, BehaviourContext context)
    {
        var finalizers = Json.Array(Json.Object(obj, "spec"), "finalizers");
        if (!Json.Texts(finalizers).Contains("kubernetes"))
        {
            finalizers.Add("kubernetes");
        }

        obj["status"] = new JsonObject { ["phase"] = "Active" };
    }

    /// <inheritdoc/>
    protected override void OnUpdate(JsonObject obj, JsonObject old, BehaviourContext context)
    {
        if (context.Subresource != "finalize")
        {
            Keep(obj, old, "spec");
        }
    }
}
