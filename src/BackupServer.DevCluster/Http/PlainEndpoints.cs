using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Controllers.Tokens;
using BackupServer.DevCluster.Discovery;

namespace BackupServer.DevCluster.Http;

/// <summary>Paths that are no resources: discovery, health, version, OpenAPI.</summary>
internal sealed class PlainEndpoints(DevClusterHost host)
{
    private const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private readonly DiscoveryDocuments _discovery = new(host.Catalog);
    private readonly OpenApiEndpoint _openApi = new(host);

    public Task HandleAsync(HttpContext http, string path, CancellationToken ct)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            throw ApiErrors.NoSuchPath();
        }

        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            [] => JsonAsync(http, new JsonObject { ["paths"] = new JsonArray([.. Paths().Select(p => (JsonNode)p)]) }, ct),
            ["version"] => JsonAsync(http, Version(), ct),
            ["healthz" or "livez" or "readyz", ..] => HealthAsync(http, ct),
            ["api"] or ["apis"] => RootAsync(http, parts[0] == "api", ct),
            ["api", var version] => JsonAsync(http, _discovery.Resources("", version) ?? throw ApiErrors.NoSuchPath(), ct),
            ["apis", var group] => JsonAsync(http, _discovery.Group(group) ?? throw ApiErrors.NoSuchPath(), ct),
            ["apis", var group, var version] => JsonAsync(http, _discovery.Resources(group, version) ?? throw ApiErrors.NoSuchPath(), ct),
            [".well-known", "openid-configuration"] => JsonAsync(http, OpenIdConfiguration(), ct),
            ["openid", "v1", "jwks"] => JsonAsync(http, host.TokenKeys(), ct),
            ["openapi", ..] => _openApi.HandleAsync(http, parts, ct),
            _ => throw ApiErrors.NoSuchPath(),
        };
    }

    private async Task RootAsync(HttpContext http, bool core, CancellationToken ct)
    {
        if (!DiscoveryForm.IsAggregated(http.Request.Headers.Accept.ToString()))
        {
            await JsonAsync(http, core ? DiscoveryDocuments.Versions(host.HttpsAddress.Authority) : _discovery.Groups(), ct);
            return;
        }

        var text = _discovery.Aggregated(core).ToJsonString();
        var tag = $"\"{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}\"";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.Vary = "Accept";
        http.Response.Headers.CacheControl = "public";
        if (http.Request.Headers.IfNoneMatch == tag)
        {
            http.Response.StatusCode = 304;
            return;
        }

        http.Response.ContentType = AggregatedType;
        await http.Response.WriteAsync(text, ct);
    }

    private IEnumerable<string> Paths() =>
        ["/api", "/api/v1", "/apis", .. _discovery.GroupNames().Select(g => $"/apis/{g}"), "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"];

    private static Task JsonAsync(HttpContext http, JsonObject document, CancellationToken ct) => Answer.WriteAsync(http, 200, document, [], AnswerFormat.Json, ct);

    private static async Task HealthAsync(HttpContext http, CancellationToken ct)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache, private";
        await http.Response.WriteAsync("ok", ct);
    }

    private JsonObject OpenIdConfiguration() => new()
    {
        ["issuer"] = ServiceAccountTokens.Issuer,
        ["jwks_uri"] = new Uri(host.HttpsAddress, "/openid/v1/jwks").ToString(),
        ["response_types_supported"] = new JsonArray("id_token"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray(ServiceAccountTokens.Algorithm),
    };

    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "36",
        ["emulationMajor"] = "1",
        ["emulationMinor"] = "36",
        ["minCompatibilityMajor"] = "1",
        ["minCompatibilityMinor"] = "35",
        ["gitVersion"] = "v1.36.2",
        ["gitCommit"] = "devcluster",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2026-01-01T00:00:00Z",
        ["goVersion"] = "none",
        ["compiler"] = "dotnet",
        ["platform"] = "linux/amd64",
    };
}
