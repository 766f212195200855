using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Http.Protobuf;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Http;

/// <summary>Reads request bodies: objects in JSON, YAML and protocol buffers, checked against the resource they are sent to.</summary>
internal static class RequestBody
{
    private const int MaxBytes = 3 * 1024 * 1024;
    private const string GoTypeMeta =
        "Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

    /// <summary>The raw bytes; 413 above 3 MiB.</summary>
    public static async Task<byte[]> ReadAsync(HttpContext http, CancellationToken ct)
    {
        try
        {
            using var buffer = new MemoryStream();
            await http.Request.Body.CopyToAsync(buffer, ct);
            if (buffer.Length <= MaxBytes)
            {
                return buffer.ToArray();
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == 413)
        {
            throw TooLarge();
        }

        throw TooLarge();
    }

    /// <summary>The media type without parameters; JSON where none is given.</summary>
    public static string MediaType(HttpRequest request)
    {
        var type = (request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        return type.Length == 0 ? "application/json" : type;
    }

    /// <summary>An object of the given kind (or of the resource's). 400 and 415 as the API server words them.</summary>
    public static async Task<(JsonObject Object, List<string> Duplicates)> ReadObjectAsync(ApiRequest request, string? kind, CancellationToken ct)
    {
        var mediaType = MediaType(request.Http.Request);
        CheckMediaType(request, mediaType);
        var bytes = await ReadAsync(request.Http, ct);
        var wanted = kind ?? request.Resource.Kind;
        JsonNode? node;
        List<string> duplicates = [];
        try
        {
            node = Parse(mediaType, bytes, out duplicates);
        }
        catch (FormatException e)
        {
            throw mediaType == ProtobufBody.MediaType
                ? ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {wanted}): {e.Message}")
                : Unrecognized(wanted, e.Message, bytes);
        }

        if (node is not JsonObject obj)
        {
            var form = node switch { JsonArray => "array", JsonValue value => value.GetValueKind().ToString().ToLowerInvariant(), _ => "null" };
            throw Unrecognized(wanted, $"json: cannot unmarshal {form} into {GoTypeMeta}", bytes);
        }

        return (obj, duplicates);
    }

    /// <summary>Takes a body of one of the three media types apart.</summary>
    /// <param name="mediaType">One that <see cref="CheckMediaType"/> let pass.</param>
    /// <param name="bytes">The body.</param>
    /// <param name="duplicates">Paths of JSON keys that occur twice.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static JsonNode? Parse(string mediaType, byte[] bytes, out List<string> duplicates)
    {
        duplicates = [];
        return mediaType switch
        {
            "application/yaml" => YamlBody.Parse(Encoding.UTF8.GetString(bytes)),
            ProtobufBody.MediaType => ProtobufBody.Parse(bytes),
            _ => JsonBody.Parse(bytes, out duplicates),
        };
    }

    /// <summary>415 for bodies that are none of what the resource takes; only built-in types are taken as protocol buffers.</summary>
    public static void CheckMediaType(ApiRequest request, string mediaType)
    {
        string[] accepted = request.Resource.IsCustom || !ProtobufBody.Accepts(request.Resource.Group, request.Resource.Version, request.Resource.Kind)
            ? ["application/json", "application/yaml"]
            : ["application/json", "application/yaml", ProtobufBody.MediaType];
        if (!accepted.Contains(mediaType))
        {
            throw new ApiStatusException(
                415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)}");
        }
    }

    /// <summary>Refuses an object of another kind or version than the resource's; missing ones are filled in later.</summary>
    public static void CheckKind(ResourceDefinition resource, JsonObject obj, ResourceCatalog catalog)
    {
        var version = Text(obj["apiVersion"]);
        var kind = Text(obj["kind"]);
        if ((kind.Length == 0 || kind == resource.Kind) && (version.Length == 0 || version == resource.ApiVersion))
        {
            return;
        }

        if (resource.IsCustom)
        {
            throw ApiErrors.BadRequest(
                $"the object provided is unrecognized (must be of type {resource.Kind}): couldn't get version/kind; the API version in the data ({version}) does not match the expected API version ({resource.ApiVersion})");
        }

        version = version.Length == 0 ? resource.ApiVersion : version;
        kind = kind.Length == 0 ? resource.Kind : kind;
        var shown = version[(version.IndexOf('/') + 1)..];
        throw ApiErrors.BadRequest(catalog.TryGetKind(version, kind, out _)
            ? $"{kind} in version \"{shown}\" cannot be handled as a {resource.Kind}: converting ({GoPackage(version)}.{kind}) to ({ListAnswer.GoPackage(resource)}.{resource.Kind}): unknown conversion"
            : $"{kind} in version \"{shown}\" cannot be handled as a {resource.Kind}: no kind \"{kind}\" is registered for version \"{version}\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"");
    }

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static string GoPackage(string apiVersion) => apiVersion[(apiVersion.IndexOf('/') + 1)..];

    private static ApiStatusException TooLarge() => new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {MaxBytes}");

    private static ApiStatusException Unrecognized(string kind, string problem, byte[] bytes)
    {
        var shown = bytes.Length == 0 ? "<empty>" : bytes[0] == '{' ? Encoding.UTF8.GetString(bytes) : Convert.ToHexStringLower(bytes);
        return ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: {problem} ({shown})");
    }
}
