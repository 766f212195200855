using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Schemas;

/// <summary>Turns objects into what their type keeps.</summary>
internal static class BodyDecoding
{
    /// <summary>Replaces the content of a built-in object by its decoded form. What a request's body had too much was reported when it was read.</summary>
    /// <exception cref="ApiStatusException">400: a wrong type.</exception>
    public static void Decode(JsonObject obj, SchemaNode type, BehaviourContext context)
    {
        DecodedObject decoded;
        try
        {
            decoded = TypedDecoder.Decode(obj, type);
        }
        catch (DecodingException wrong)
        {
            throw ApiErrors.BadRequest($"{Prefix(context)}: {wrong.Message}");
        }

        var metadata = obj["metadata"] as JsonObject;
        Replace(obj, decoded.Value);
        if (metadata is not null && obj["metadata"] is JsonObject content)
        {
            // Whoever writes the object may hold its metadata; it must stay the same node.
            Replace(metadata, content);
            obj["metadata"] = metadata;
        }
    }

    /// <summary>Warns of or refuses fields of a custom resource that its schema dropped, as the request wants.</summary>
    /// <exception cref="ApiStatusException">400 when the request is Strict.</exception>
    public static void Report(IReadOnlyList<string> unknown, BehaviourContext context)
    {
        var problems = unknown.Select(field => $"unknown field \"{field}\"").ToList();
        if (problems.Count == 0)
        {
            return;
        }

        switch (context.Options.FieldValidation)
        {
            case FieldValidation.Strict:
                throw ApiErrors.BadRequest($"{Prefix(context)}: strict decoding error: {string.Join(", ", problems)}");
            case FieldValidation.Warn:
                problems.ForEach(context.Warn);
                break;
            default:
                break;
        }
    }

    /// <summary>Moves all members of one object into another.</summary>
    public static void Replace(JsonObject target, JsonObject content)
    {
        target.Clear();
        foreach (var (name, value) in content.ToList())
        {
            content.Remove(name);
            target[name] = value;
        }
    }

    private static string Prefix(BehaviourContext context) =>
        $"{context.Resource.Kind} in version \"{context.Resource.Version}\" cannot be handled as a {context.Resource.Kind}";
}
