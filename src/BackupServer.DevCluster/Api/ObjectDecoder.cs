using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Api;

/// <summary>Decodes request objects for a resource and reports unknown and duplicate fields as the request's fieldValidation asks.</summary>
internal sealed class ObjectDecoder(OpenApiSchemas schemas)
{
    private readonly TypedDecoder _typed = new(schemas);

    /// <summary>Decodes the body of a create or update in place; 400 when it does not fit.</summary>
    public void Decode(ResourceDefinition resource, JsonObject obj, WriteOptions options)
    {
        var problems = DecodeFields(resource, obj, options, text => ApiErrors.BadRequest($"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: {text}"));
        if (problems.Count > 0 && options.FieldValidation == FieldValidation.Strict)
        {
            throw ApiErrors.BadRequest($"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: strict decoding error: {string.Join(", ", problems)}");
        }

        Warn(problems, options);
    }

    /// <summary>Decodes the result of a patch in place; 422 when it does not fit.</summary>
    public void DecodePatched(ResourceDefinition resource, JsonObject obj, string patch, WriteOptions options)
    {
        var problems = DecodeFields(resource, obj, options, text => InvalidPatch(patch, text));
        if (problems.Count > 0 && options.FieldValidation == FieldValidation.Strict)
        {
            throw InvalidPatch(patch, "strict decoding error: " + string.Join(", ", problems));
        }

        Warn(problems, options);
    }

    private List<string> DecodeFields(ResourceDefinition resource, JsonObject obj, WriteOptions options, Func<string, ApiStatusException> error)
    {
        var unknown = new List<string>();
        try
        {
            if (resource is { IsCustom: false, Schema: { } schema })
            {
                TypedDecoder.Decode(obj, schema, unknown);
            }
            else
            {
                _typed.DecodeMetadata(obj, unknown);
            }
        }
        catch (FormatException e)
        {
            throw error(e.Message);
        }

        return [.. options.DuplicateFields.Select(f => $"duplicate field \"{f}\""), .. unknown.Select(f => $"unknown field \"{f}\"")];
    }

    private static void Warn(List<string> problems, WriteOptions options)
    {
        if (options.FieldValidation == FieldValidation.Warn)
        {
            options.Warnings.AddRange(problems);
        }
    }

    private static ApiStatusException InvalidPatch(string patch, string text)
    {
        var errors = new FieldErrors();
        errors.Invalid("patch", patch, text);
        return ApiErrors.Invalid("", "", "", errors);
    }
}
