using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Http;
using BackupServer.DevCluster.Schemas;
using BackupServer.DevCluster.Security;

namespace BackupServer.DevCluster.Reviews;

/// <summary><c>serviceaccounts/token</c>.</summary>
internal sealed class TokenRequest(ServiceAccountTokens tokens) : ISubresourceHandler
{
    private const long DefaultSeconds = 3600;
    private const long LeastSeconds = 600;
    private const long MostSeconds = 1L << 32;

    /// <inheritdoc/>
    public async Task HandleAsync(ApiRequest request, CancellationToken ct)
    {
        if (!HttpMethods.IsPost(request.Http.Request.Method))
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var body = await request.ReadObjectAsync("TokenRequest", ct);
        var spec = body["spec"] as JsonObject ?? [];
        var account = request.Host.Resources.Get(request.Resource, request.Namespace, request.Name);
        var seconds = (long?)spec["expirationSeconds"] ?? DefaultSeconds;
        CheckSeconds(seconds);
        var bound = spec["boundObjectRef"] is JsonObject reference ? Bound(request, reference) : null;
        var audiences = spec["audiences"] is JsonArray { Count: > 0 } given ? [.. given.Select(a => (string?)a ?? "")] : new[] { ServiceAccountTokens.Issuer };
        spec["audiences"] = new JsonArray([.. audiences.Select(a => (JsonNode)a)]);
        spec["expirationSeconds"] = seconds;
        spec["boundObjectRef"] = spec["boundObjectRef"]?.DeepClone();
        var now = request.Host.Time.GetUtcNow();
        await request.WriteAsync(
            201,
            new JsonObject
            {
                ["kind"] = "TokenRequest",
                ["apiVersion"] = "authentication.k8s.io/v1",
                ["metadata"] = new JsonObject { ["name"] = request.Name, ["namespace"] = request.Namespace, ["creationTimestamp"] = ObjectMeta.Timestamp(now) },
                ["spec"] = spec.DeepClone(),
                ["status"] = new JsonObject
                {
                    ["token"] = tokens.Mint(account, audiences, TimeSpan.FromSeconds(seconds), bound),
                    ["expirationTimestamp"] = ObjectMeta.Timestamp(now.AddSeconds(seconds)),
                },
            },
            ct);
    }

    private static void CheckSeconds(long seconds)
    {
        var errors = new FieldErrors();
        if (seconds < LeastSeconds)
        {
            errors.Invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
        }
        else if (seconds > MostSeconds)
        {
            errors.Invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
        }

        if (errors.Count > 0)
        {
            throw ApiErrors.Invalid("authentication.k8s.io", "TokenRequest", "", errors);
        }
    }

    private static JsonObject Bound(ApiRequest request, JsonObject reference)
    {
        var (version, kind, name) = ((string?)reference["apiVersion"] ?? "", (string?)reference["kind"] ?? "", (string?)reference["name"] ?? "");
        if (version != "v1" || kind is not ("Pod" or "Secret" or "Node"))
        {
            throw ApiErrors.BadRequest($"cannot bind token to object of type {(version.Contains('/') ? version : "/" + version)}, Kind={kind}");
        }

        var definition = request.Host.Catalog.Get("", "v1", kind.ToLowerInvariant() + "s");
        var bound = request.Host.Resources.Get(definition, definition.Namespaced ? request.Namespace : "", name);
        if ((string?)reference["uid"] is { Length: > 0 } uid && uid != bound.Uid())
        {
            throw ApiErrors.Conflict(
                "", definition.Resource, name, $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated");
        }

        return bound;
    }
}
