using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Api;

/// <summary>Decodes request objects for a resource and reports unknown and duplicate fields as the request's fieldValidation asks.</summary>
internal static class ObjectDecoder
{
    /// <summary>The decoded body of a create or update; 400 when it does not fit.</summary>
    public static JsonObject Decode(ResourceDefinition resource, JsonObject obj, WriteOptions options)
    {
        ApiStatusException Refusal(string text) =>
            ApiErrors.BadRequest($"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: {text}");
        return Decode(resource, obj, options, Refusal);
    }

    /// <summary>The decoded result of a patch; 422 when it does not fit.</summary>
    public static JsonObject DecodePatched(ResourceDefinition resource, JsonObject obj, string patch, WriteOptions options)
    {
        ApiStatusException Refusal(string text)
        {
            var errors = new FieldErrors();
            errors.Invalid("patch", patch, text);
            return ApiErrors.Invalid("", "", "", errors);
        }

        return Decode(resource, obj, options, Refusal);
    }

    private static JsonObject Decode(ResourceDefinition resource, JsonObject obj, WriteOptions options, Func<string, ApiStatusException> refusal)
    {
        IReadOnlyList<string> unknown = [];
        try
        {
            if (!resource.IsCustom && SchemaCatalog.Instance.Kind(resource.Group, resource.Version, resource.Kind) is { } type)
            {
                (obj, unknown) = TypedDecoder.Decode(obj, type);
            }
            else if (obj["metadata"] is JsonObject metadata)
            {
                (obj["metadata"], var fields) = TypedDecoder.Decode(metadata, SchemaCatalog.Instance.ObjectMeta);
                unknown = [.. fields.Select(f => "metadata." + f)];
            }
        }
        catch (DecodingException e)
        {
            throw refusal(e.Message);
        }

        Report([.. options.DuplicateFields.Select(f => $"duplicate field \"{f}\""), .. unknown.Select(f => $"unknown field \"{f}\"")], options, refusal);
        return obj;
    }

    private static void Report(List<string> problems, WriteOptions options, Func<string, ApiStatusException> refusal)
    {
        if (problems.Count > 0 && options.FieldValidation == FieldValidation.Strict)
        {
            throw refusal("strict decoding error: " + string.Join(", ", problems));
        }

        if (options.FieldValidation == FieldValidation.Warn)
        {
            options.Warnings.AddRange(problems);
        }
    }
}
