using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Http;

/// <summary>Reads request bodies.</summary>
internal static class RequestBody
{
    /// <summary>The raw bytes.</summary>
    public static async Task<byte[]> ReadAsync(HttpContext http, CancellationToken ct)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, ct);
        return buffer.ToArray();
    }

    /// <summary>An object.</summary>
    public static async Task<JsonObject> ReadObjectAsync(ApiRequest request, CancellationToken ct)
    {
        var bytes = await ReadAsync(request.Http, ct);
        try
        {
            return JsonNode.Parse(bytes) as JsonObject ?? throw ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {request.Resource.Kind})");
        }
        catch (JsonException e)
        {
            throw ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {request.Resource.Kind}): couldn't get version/kind; json parse error: {e.Message}");
        }
    }
}
