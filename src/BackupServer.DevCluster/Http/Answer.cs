using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Http;

/// <summary>Writes JSON answers.</summary>
internal static class Answer
{
    /// <summary>Item of a request that holds the deprecation of what it asks for, which refusals carry as well.</summary>
    public const string DeprecationItem = "deprecation";

    private const string Json = "application/json";
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = 1000 };

    /// <summary>Answers with a tree.</summary>
    public static async Task WriteAsync(
        HttpContext http, int status, JsonNode body, IReadOnlyList<string> warnings, AnswerFormat format, CancellationToken ct)
    {
        if (format == AnswerFormat.Yaml)
        {
            Begin(http, status, "application/yaml", warnings);
            await http.Response.WriteAsync(YamlAnswer.Write(body), ct);
            return;
        }

        Begin(http, status, Json, warnings);
        await using (var writer = new Utf8JsonWriter(http.Response.BodyWriter, Options))
        {
            body.WriteTo(writer);
        }

        await http.Response.BodyWriter.WriteAsync("\n"u8.ToArray(), ct);
        await http.Response.CompleteAsync();
    }

    /// <summary>Answers with a Status.</summary>
    public static Task WriteAsync(HttpContext http, ApiStatusException error, CancellationToken ct)
    {
        if (error.RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString();
        }

        return WriteAsync(http, error.Code, error.ToStatus(), http.Items[DeprecationItem] is string warning ? [warning] : [], AnswerFormat.Json, ct);
    }

    /// <summary>Sets status and headers.</summary>
    public static void Begin(HttpContext http, int status, string contentType, IReadOnlyList<string> warnings)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.Headers.CacheControl = "no-cache, private";
        if (warnings.Count > 0)
        {
            http.Response.Headers.Warning = warnings.Select(w => $"299 - \"{w.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"").Distinct().ToArray();
        }
    }
}
