using System.Text.Json.Nodes;
using BackupServer.DevCluster.Http;
using BackupServer.DevCluster.Security;

namespace BackupServer.DevCluster.Reviews;

/// <summary>SelfSubjectRulesReview: what <c>kubectl auth can-i --list</c> shows.</summary>
internal sealed class RulesReview(Authorizer authorizer) : ISubresourceHandler
{
    private static readonly PolicyRule Everything = new(["*"], ["*"], ["*"], [], []);
    private static readonly PolicyRule EveryPath = new(["*"], [], [], [], ["*"]);

    /// <inheritdoc/>
    public async Task HandleAsync(ApiRequest request, CancellationToken ct)
    {
        var body = await request.ReadObjectAsync(null, ct);
        var ns = (string?)body["spec"]?["namespace"] ?? "";
        var rules = authorizer.RulesOf(request.User, ns).ToList();
        if (request.User.Groups.Contains("system:masters"))
        {
            rules = [Everything, EveryPath];
        }

        await request.WriteAsync(
            201,
            new JsonObject
            {
                ["kind"] = request.Resource.Kind,
                ["apiVersion"] = request.Resource.ApiVersion,
                ["metadata"] = new JsonObject(),
                ["spec"] = new JsonObject(),
                ["status"] = new JsonObject
                {
                    ["resourceRules"] = new JsonArray([.. rules.Where(r => r.Paths.Count == 0).Select(r => (JsonNode)r.ToJson())]),
                    ["nonResourceRules"] = new JsonArray([.. rules.Where(r => r.Paths.Count > 0).Select(r => (JsonNode)r.ToJson())]),
                    ["incomplete"] = false,
                },
            },
            ct);
    }
}
