using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Http;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Controllers.Tokens;

/// <summary>serviceaccounts/token: TokenRequest of authentication.k8s.io/v1.</summary>
internal sealed class TokenRequestHandler(ServiceAccountTokens tokens) : ISubresourceHandler
{
    private const long DefaultSeconds = 3600;
    private const long ShortestSeconds = 600;
    private const long LongestSeconds = 1L << 32;

    public async Task HandleAsync(ApiRequest request, CancellationToken ct)
    {
        if (request.Http.Request.Method != "POST") throw ApiErrors.MethodNotAllowed();
        var body = await request.ReadObjectAsync(ct);
        var spec = body.Ensure("spec");
        var account = request.Host.Resources.Get(request.Resource, request.Namespace, request.Name);
        var seconds = spec.Number("expirationSeconds") ?? DefaultSeconds;
        var errors = new FieldErrors();
        if (seconds < ShortestSeconds) errors.Invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
        if (seconds > LongestSeconds) errors.Invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
        if (errors.Count > 0) throw ApiErrors.Invalid("authentication.k8s.io", "TokenRequest", string.Empty, errors);

        var wish = new ServiceAccountTokenWish(request.Namespace, request.Name, account.Uid(), seconds, [.. spec.Texts("audiences")]);
        var (token, expires) = tokens.Issue(Bind(request, wish, spec.At("boundObjectRef")));
        spec["expirationSeconds"] = seconds;
        if (!spec.Texts("audiences").Any()) spec["audiences"] = new JsonArray(ServiceAccountTokens.Issuer);
        spec["boundObjectRef"] ??= null;
        await request.WriteAsync(201, new JsonObject
        {
            ["kind"] = "TokenRequest",
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["metadata"] = new JsonObject
            {
                ["name"] = request.Name,
                ["namespace"] = request.Namespace,
                ["creationTimestamp"] = request.Host.Time.GetUtcNow().Stamp(),
            },
            ["spec"] = spec.DeepClone(),
            ["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = expires!.Value.Stamp() },
        }, ct);
    }

    private static ServiceAccountTokenWish Bind(ApiRequest request, ServiceAccountTokenWish wish, JsonNode? bound)
    {
        if (bound is not JsonObject) return wish;
        var apiVersion = bound.Text("apiVersion") ?? string.Empty;
        var kind = bound.Text("kind") ?? string.Empty;
        if (apiVersion != "v1" || kind is not ("Pod" or "Secret"))
        {
            var group = apiVersion.Contains('/') ? apiVersion : "/" + apiVersion;
            throw ApiErrors.BadRequest($"cannot bind token to object of type {group}, Kind={kind}");
        }

        var resource = request.Host.Catalog.Get(string.Empty, "v1", kind == "Pod" ? "pods" : "secrets");
        var target = request.Host.Resources.Get(resource, request.Namespace, bound.Text("name") ?? string.Empty);
        if (bound.Text("uid") is { Length: > 0 } uid && uid != target.Uid())
        {
            throw ApiErrors.Conflict(
                string.Empty, resource.Resource, target.Name(),
                $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated");
        }

        return kind == "Pod"
            ? wish with { PodName = target.Name(), PodUid = target.Uid() }
            : wish with { SecretName = target.Name(), SecretUid = target.Uid() };
    }
}
