using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Http;

namespace BackupServer.DevCluster.Controllers.Scheduling;

/// <summary>pods/binding: another scheduler's decision.</summary>
internal sealed class PodBindingHandler : ISubresourceHandler
{
    public async Task HandleAsync(ApiRequest request, CancellationToken ct)
    {
        if (request.Http.Request.Method != "POST") throw ApiErrors.MethodNotAllowed();
        var body = await request.ReadObjectAsync(ct);
        var node = body.Text("target", "name") ?? string.Empty;
        if (node.Length == 0) throw ApiErrors.BadRequest("target.name is required: the node to bind the pod to");
        var options = new WriteOptions { User = request.User, DryRun = request.Query("dryRun") == "All", Warnings = request.Warnings };
        request.Host.Resources.Transform(request.Resource, request.Namespace, request.Name, pod =>
        {
            if (pod.Text("spec", "nodeName") is { Length: > 0 } bound)
            {
                throw ApiErrors.Conflict(string.Empty, "pods/binding", request.Name, $"pod {request.Name} is already assigned to node \"{bound}\"");
            }

            PodBinding.Apply(pod, node, request.Host.Time.GetUtcNow());
            return pod;
        }, options, "binding");
        await request.WriteAsync(201, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["code"] = 201,
        }, ct);
    }
}
