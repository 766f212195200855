using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Api;

/// <summary>The Status answers of an API server, with its texts (source: the recorded transcripts).</summary>
internal static class ApiErrors
{
    /// <summary>404 for an object.</summary>
    public static ApiStatusException NotFound(ResourceDefinition resource, string name) => NotFound(resource.Group, resource.Resource, name);

    /// <summary>404 for an object by group and plural.</summary>
    public static ApiStatusException NotFound(string group, string resource, string name) =>
        new(404, "NotFound", $"{Qualified(resource, group)} \"{name}\" not found", Details(name, group, resource));

    /// <summary>404 for a path that nothing serves.</summary>
    public static ApiStatusException NoSuchPath() =>
        new(404, "NotFound", "the server could not find the requested resource", []);

    /// <summary>409 on creation.</summary>
    public static ApiStatusException AlreadyExists(ResourceDefinition resource, string name, bool deleting = false) =>
        new(409, "AlreadyExists", $"{(deleting ? "object is being deleted: " : "")}{resource.GroupResource} \"{name}\" already exists", Details(name, resource.Group, resource.Resource));

    /// <summary>409 with any explanation.</summary>
    public static ApiStatusException Conflict(string group, string resource, string name, string explanation) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {Qualified(resource, group)} \"{name}\": {explanation}", Details(name, group, resource));

    /// <summary>409 because the given resourceVersion is not the stored one.</summary>
    public static ApiStatusException Modified(ResourceDefinition resource, string name) =>
        Conflict(resource.Group, resource.Resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>403 for an object.</summary>
    public static ApiStatusException Forbidden(ResourceDefinition resource, string name, string explanation) =>
        new(403, "Forbidden", $"{resource.GroupResource} \"{name}\" is forbidden: {explanation}", Details(name, resource.Group, resource.Resource));

    /// <summary>400.</summary>
    public static ApiStatusException BadRequest(string message) => new(400, "BadRequest", message);

    /// <summary>405.</summary>
    public static ApiStatusException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    /// <summary>500 in the way the server reports errors without a class of their own.</summary>
    public static ApiStatusException Unclassified(string message) => new(500, "", message);

    /// <summary>500 InternalError.</summary>
    public static ApiStatusException Internal(string message) =>
        new(500, "InternalError", $"Internal error occurred: {message}", new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = message }) });

    /// <summary>410.</summary>
    public static ApiStatusException Expired(string message) => new(410, "Expired", message);

    /// <summary>422 for an object of a resource, by the group it is stored in: events.k8s.io shows core events.</summary>
    public static ApiStatusException Invalid(ResourceDefinition resource, string name, FieldErrors errors) =>
        Invalid(resource.Bucket.Contains('/', StringComparison.Ordinal) ? resource.Group : "", resource.Kind, name, errors);

    /// <summary>422.</summary>
    public static ApiStatusException Invalid(string group, string kind, string name, FieldErrors errors)
    {
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (group.Length > 0)
        {
            details["group"] = group;
        }

        details["kind"] = kind;
        details["causes"] = new JsonArray([.. errors.Select(e => (JsonNode)e.ToCause())]);
        return new ApiStatusException(422, "Invalid", $"{Qualified(kind, group)} \"{name}\" is invalid: {errors}", details);
    }

    private static string Qualified(string name, string group) => group.Length == 0 ? name : $"{name}.{group}";

    private static JsonObject Details(string name, string group, string resource)
    {
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (group.Length > 0)
        {
            details["group"] = group;
        }

        details["kind"] = resource;
        return details;
    }
}
