using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Http;
using BackupServer.DevCluster.Security;

namespace BackupServer.DevCluster.Reviews;

/// <summary>SelfSubjectReview: who am I.</summary>
internal sealed class SelfReview : ISubresourceHandler
{
    /// <inheritdoc/>
    public Task HandleAsync(ApiRequest request, CancellationToken ct) => request.WriteAsync(
        201,
        new JsonObject
        {
            ["kind"] = request.Resource.Kind,
            ["apiVersion"] = request.Resource.ApiVersion,
            ["metadata"] = new JsonObject { ["creationTimestamp"] = ObjectMeta.Timestamp(request.Host.Time.GetUtcNow()) },
            ["status"] = new JsonObject { ["userInfo"] = ToJson(request.User) },
        },
        ct);

    /// <summary>A user as reviews show it.</summary>
    public static JsonObject ToJson(UserInfo user)
    {
        var json = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length > 0)
        {
            json["uid"] = user.Uid;
        }

        json["groups"] = new JsonArray([.. user.Groups.Select(g => (JsonNode)g)]);
        if (user.Extra.Count > 0)
        {
            json["extra"] = new JsonObject(user.Extra.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Key, new JsonArray([.. e.Value.Select(v => (JsonNode)v)]))));
        }

        return json;
    }
}
