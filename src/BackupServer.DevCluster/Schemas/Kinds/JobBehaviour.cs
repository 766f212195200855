using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Jobs choose their pods by their own uid, unless the creator chose.</summary>
internal sealed class JobBehaviour(KindTraits traits) : SelectingBehaviour(traits)
{
    /// <inheritdoc/>
    public override void PlanDeletion(JsonObject obj, DeletionPlan plan, BehaviourContext context)
    {
        base.PlanDeletion(obj, plan, context);
        if (plan.RequestedPropagation is null)
        {
            context.Warn("child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning");
        }
    }

    /// <inheritdoc/>
    protected override void OnCreate(JsonObject obj, BehaviourContext context)
    {
        var spec = Json.Object(obj, "spec");
        if (Json.IsTrue(spec, "manualSelector"))
        {
            return;
        }

        var labels = Json.Object(Json.Object(Json.Object(spec, "template"), "metadata"), "labels");
        labels["batch.kubernetes.io/controller-uid"] = obj.Uid();
        labels["batch.kubernetes.io/job-name"] = obj.Name();
        labels["controller-uid"] = obj.Uid();
        labels["job-name"] = obj.Name();
        var selector = Json.Object(Json.Object(spec, "selector"), "matchLabels");
        selector["batch.kubernetes.io/controller-uid"] = obj.Uid();
    }
}
