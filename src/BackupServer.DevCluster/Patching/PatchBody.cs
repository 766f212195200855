using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Patching;

/// <summary>A patch read from a request; it can be applied to several states (after conflicts).</summary>
internal sealed class PatchBody
{
    private readonly JsonNode _body;
    private readonly string _type;

    private PatchBody(JsonNode body, string type, string text)
    {
        _body = body;
        _type = type;
        Text = text;
    }

    /// <summary>The body's text, for messages.</summary>
    public string Text { get; }

    /// <summary>Reads a JSON, merge or strategic merge patch by its media type; 400 or 415 where it is none.</summary>
    public static PatchBody Parse(string mediaType, byte[] bytes, ResourceDefinition resource)
    {
        if (mediaType == "application/strategic-merge-patch+json" && resource.IsCustom)
        {
            throw new ApiStatusException(
                415, "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
        }

        if (mediaType is not ("application/json-patch+json" or "application/merge-patch+json" or "application/strategic-merge-patch+json"))
        {
            throw new ApiStatusException(415, "UnsupportedMediaType", "415: Unsupported Media Type", []);
        }

        var body = Decode(bytes);
        var wanted = mediaType == "application/json-patch+json" ? "[]handlers.jsonPatchOp" : "map[string]interface {}";
        if (mediaType == "application/json-patch+json" ? body is not JsonArray : body is not JsonObject)
        {
            throw ApiErrors.BadRequest($"error decoding patch: json: cannot unmarshal {KindOf(body)} into Go value of type {wanted}");
        }

        return new PatchBody(body!, mediaType, Encoding.UTF8.GetString(bytes));
    }

    /// <summary>The patched tree; the given one is used up.</summary>
    public JsonObject Apply(JsonObject target, TypeSchema? schema)
    {
        switch (_type)
        {
            case "application/json-patch+json":
                return JsonPatch.Apply(target, _body.AsArray());
            case "application/merge-patch+json":
                MergePatch.Apply(target, _body.AsObject());
                return target;
            default:
                return StrategicMergePatch.Apply(target, _body.AsObject(), schema);
        }
    }

    private static JsonNode? Decode(byte[] bytes)
    {
        try
        {
            return Http.JsonBody.Parse(bytes, out _);
        }
        catch (FormatException e)
        {
            throw ApiErrors.BadRequest($"error decoding patch: {e.Message}");
        }
    }

    private static string KindOf(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        _ => "bool",
    };
}
