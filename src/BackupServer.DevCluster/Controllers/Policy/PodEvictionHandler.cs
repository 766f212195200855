using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Controllers.Workloads;
using BackupServer.DevCluster.Http;

namespace BackupServer.DevCluster.Controllers.Policy;

/// <summary>pods/eviction: a deletion that a PodDisruptionBudget may refuse for now (429).</summary>
internal sealed class PodEvictionHandler : ISubresourceHandler
{
    public async Task HandleAsync(ApiRequest request, CancellationToken ct)
    {
        if (request.Http.Request.Method != "POST") throw ApiErrors.MethodNotAllowed();
        var body = await request.ReadObjectAsync(ct);
        var wished = body.At("deleteOptions") as JsonObject ?? [];
        var resources = request.Host.Resources;
        var pod = resources.Get(request.Resource, request.Namespace, request.Name);
        // Pods that run nowhere (any more) disturb nobody.
        if (!PodStates.IsFinished(pod) && PodStates.Phase(pod) != "Pending" && !pod.IsDeleting()) Consult(request, pod);

        var options = new WriteOptions { User = request.User, DryRun = request.Query("dryRun") == "All", Warnings = request.Warnings };
        resources.Delete(request.Resource, request.Namespace, request.Name, DeleteOptions.FromJson(wished) with { PreconditionUid = pod.Uid() }, options);
        await request.WriteAsync(201, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["code"] = 201,
        }, ct);
    }

    private static void Consult(ApiRequest request, JsonObject pod)
    {
        var resource = request.Host.Catalog.Get("policy", "v1", "poddisruptionbudgets");
        var budgets = request.Host.Resources.List(resource, request.Namespace).Select(stored => stored.ToJson())
            .Where(budget => LabelSelection.Matches(budget.At("spec", "selector"), pod.Labels())).ToList();
        if (budgets.Count == 0) return;
        if (budgets.Count > 1)
        {
            throw new ApiStatusException(500, "InternalError", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }

        var budget = budgets[0];
        if (!PodStates.IsReady(pod) && budget.Text("spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow") return;
        if (budget.Int(0, "status", "disruptionsAllowed") > 0)
        {
            // Taken at once, so that two evictions in a row cannot both use the last one.
            request.Host.Resources.Modify(resource, request.Namespace, budget.Name(), latest =>
            {
                latest.Ensure("status")["disruptionsAllowed"] = latest.Int(0, "status", "disruptionsAllowed") - 1;
                return true;
            }, WriteOptions.Controller("disruption-controller"), "status");
            return;
        }

        var needs = $"The disruption budget {budget.Name()} needs {budget.Int(0, "status", "desiredHealthy")} healthy pods and has {budget.Int(0, "status", "currentHealthy")} currently";
        throw new ApiStatusException(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = needs }),
        });
    }
}
