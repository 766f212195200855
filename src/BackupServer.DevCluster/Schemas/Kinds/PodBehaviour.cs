using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Pods: first status, and the grace of their deletion.</summary>
internal sealed class PodBehaviour(KindTraits traits) : SelectingBehaviour(traits), IGracefulKind
{
    private const long UsualGrace = 30;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> MetadataKeptByStatus { get; } = ["ownerReferences", "deletionTimestamp", "deletionGracePeriodSeconds"];

    /// <inheritdoc/>
    public override void PlanDeletion(JsonObject obj, DeletionPlan plan, BehaviourContext context)
    {
        var scheduled = !string.IsNullOrEmpty(Json.Text(obj, "spec", "nodeName"));
        var finished = Json.Text(obj, "status", "phase") is "Succeeded" or "Failed";
        var grace = plan.RequestedGraceSeconds ?? Json.Integer(obj, "spec", "terminationGracePeriodSeconds") ?? UsualGrace;
        plan.GraceSeconds = !scheduled || finished ? 0 : grace < 0 ? 1 : grace;
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old, BehaviourContext context)
    {
        // Binding is the one write to the node's name, and it writes the condition that tells of it.
        var bound = context.Subresource == "binding" ? obj["status"]?.DeepClone() : null;
        base.PrepareForUpdate(obj, old, context);
        if (bound is not null)
        {
            obj["status"] = bound;
        }
    }

    /// <inheritdoc/>
    protected override void OnCreate(JsonObject obj, BehaviourContext context)
    {
        obj["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodFacts.QualityOfService(obj) };
        if (Names.DnsLabel(obj.Name()).ToList() is { Count: > 0 } problems)
        {
            context.Warn($"metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [{string.Join(' ', problems)}]");
        }
    }

    /// <inheritdoc/>
    protected override void OnUpdate(JsonObject obj, JsonObject old, BehaviourContext context)
    {
        if (obj["status"] is JsonObject status)
        {
            status["qosClass"] = old["status"]?["qosClass"]?.DeepClone() ?? PodFacts.QualityOfService(obj);
        }
    }
}
