using System.Text.Json.Nodes;
using BackupServer.DevCluster.Http;
using BackupServer.DevCluster.Security;

namespace BackupServer.DevCluster.Reviews;

/// <summary>TokenReview: whose token is this.</summary>
internal sealed class TokenReview(Authenticator authenticator) : ISubresourceHandler
{
    /// <inheritdoc/>
    public async Task HandleAsync(ApiRequest request, CancellationToken ct)
    {
        var body = await request.ReadObjectAsync(null, ct);
        var user = authenticator.Authenticate((string?)body["spec"]?["token"] ?? "");
        var status = user is null
            ? new JsonObject { ["user"] = new JsonObject(), ["error"] = "[invalid bearer token, Unauthorized]" }
            : new JsonObject { ["authenticated"] = true, ["user"] = SelfReview.ToJson(user), ["audiences"] = new JsonArray(Controllers.Tokens.ServiceAccountTokens.Issuer) };
        await request.WriteAsync(
            201,
            new JsonObject
            {
                ["kind"] = request.Resource.Kind,
                ["apiVersion"] = request.Resource.ApiVersion,
                ["metadata"] = new JsonObject(),
                ["spec"] = body["spec"]?.DeepClone() ?? new JsonObject(),
                ["status"] = status,
            },
            ct);
    }
}
