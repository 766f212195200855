using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.OpenApi;

namespace BackupServer.DevCluster.Http;

/// <summary><c>/openapi/v2</c> and <c>/openapi/v3</c>.</summary>
internal sealed class OpenApiEndpoint(DevClusterHost host)
{
    private const string ProtobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>Older clients ask for a type that is no media type; all read the answer by the right name.</summary>
    private const string OldProtobufType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private readonly OpenApiDocuments _documents = new(host.Catalog, host.Schemas);

    public async Task HandleAsync(HttpContext http, string[] parts, CancellationToken ct)
    {
        switch (parts)
        {
            case ["openapi", "v2"]:
                var accept = http.Request.Headers.Accept.ToString();
                var wantsProtobuf = accept.Contains(ProtobufType, StringComparison.Ordinal) || accept.Contains(OldProtobufType, StringComparison.Ordinal);
                var (json, protobuf) = _documents.V2();
                await SendAsync(http, wantsProtobuf ? ProtobufType : "application/json", wantsProtobuf ? protobuf : json, ct);
                return;
            case ["openapi", "v3"]:
                await Answer.WriteAsync(http, 200, _documents.Index(), [], AnswerFormat.Json, ct);
                return;
            case ["openapi", "v3", .. var rest]:
                await SendAsync(http, "application/json", _documents.V3(string.Join('/', rest)) ?? throw ApiErrors.NoSuchPath(), ct);
                return;
            default:
                throw ApiErrors.NoSuchPath();
        }
    }

    private static async Task SendAsync(HttpContext http, string type, byte[] document, CancellationToken ct)
    {
        var tag = $"\"{OpenApiDocuments.Hash(document)}\"";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.Vary = "Accept";
        if (http.Request.Headers.IfNoneMatch == tag)
        {
            http.Response.StatusCode = 304;
            return;
        }

        http.Response.ContentType = type;
        http.Response.ContentLength = document.Length;
        await http.Response.Body.WriteAsync(document, ct);
    }
}
