using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>DaemonSets count the generations of their template in an old annotation.</summary>
internal sealed class DaemonSetBehaviour(KindTraits traits) : SelectingBehaviour(traits)
{
    private const string Generation = "deprecated.daemonset.template.generation";

    /// <inheritdoc/>
    protected override void OnCreate(JsonObject obj, BehaviourContext context) => Set(obj, 1);

    /// <inheritdoc/>
    protected override void OnUpdate(JsonObject obj, JsonObject old, BehaviourContext context)
    {
        if (context.Subresource.Length > 0)
        {
            return;
        }

        var before = long.TryParse(Json.Text(old, "metadata", "annotations", Generation), out var number) ? number : 0;
        Set(obj, JsonNode.DeepEquals(Json.Get(obj, "spec", "template"), Json.Get(old, "spec", "template")) ? before : before + 1);
    }

    private static void Set(JsonObject obj, long generation) =>
        Json.Object(Json.Object(obj, "metadata"), "annotations")[Generation] = generation.ToString();
}
