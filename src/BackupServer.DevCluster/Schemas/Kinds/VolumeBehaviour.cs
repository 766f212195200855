using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>PersistentVolumes and claims: held back by a finalizer while in use.</summary>
internal sealed class VolumeBehaviour(KindTraits traits, string finalizer) : SelectingBehaviour(traits)
{
    /// <inheritdoc/>
    protected override void OnCreate(JsonObject obj, BehaviourContext context)
    {
        var finalizers = Json.Array(Json.Object(obj, "metadata"), "finalizers");
        if (!Json.Texts(finalizers).Contains(finalizer))
        {
            finalizers.Add(finalizer);
        }

        if (obj["kind"]?.GetValue<string>() == "PersistentVolume")
        {
            obj["status"] = new JsonObject { ["phase"] = "Pending", ["lastPhaseTransitionTime"] = context.Now };
        }
    }
}
