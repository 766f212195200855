using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.OpenApi;

/// <summary>The OpenAPI v3 document of custom resources of one group version, from their definitions.</summary>
internal static class CustomResourceOpenApi
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static readonly string[] WriteParameters = ["dryRun", "fieldManager", "fieldValidation"];

    /// <summary>The document.</summary>
    /// <param name="resources">The definitions of the group version.</param>
    /// <param name="known">Definitions of built-in kinds, for those referred to.</param>
    public static JsonObject Document(IReadOnlyList<ResourceDefinition> resources, IReadOnlyDictionary<string, JsonObject> known)
    {
        var schemas = new JsonObject();
        var paths = new JsonObject();
        foreach (var resource in resources)
        {
            schemas[Name(resource)] = Schema(resource);
            schemas[Name(resource) + "List"] = ListSchema(resource);
            AddPaths(paths, resource);
        }

        foreach (var name in new[] { "ObjectMeta", "ListMeta", "OwnerReference", "ManagedFieldsEntry", "FieldsV1", "Time" })
        {
            if (known.TryGetValue(Meta + name, out var schema))
            {
                schemas[Meta + name] = schema.DeepClone();
            }
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes CRD Swagger", ["version"] = "v0.1.0" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    /// <summary>Name of the definition: the group's parts reversed, version, kind.</summary>
    public static string Name(ResourceDefinition resource) => $"{string.Join('.', resource.Group.Split('.').Reverse())}.{resource.Version}.{resource.Kind}";

    private static JsonObject Schema(ResourceDefinition resource)
    {
        var schema = (JsonObject?)resource.Custom?.OpenApiSchema?.DeepClone() ?? new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
        if (schema["properties"] is not JsonObject properties)
        {
            properties = [];
            schema["properties"] = properties;
        }

        properties["apiVersion"] = new JsonObject { ["type"] = "string" };
        properties["kind"] = new JsonObject { ["type"] = "string" };
        properties["metadata"] = Reference(Meta + "ObjectMeta");
        schema["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind(resource, resource.Kind));
        return schema;
    }

    private static JsonObject ListSchema(ResourceDefinition resource) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("items"),
        ["properties"] = new JsonObject
        {
            ["apiVersion"] = new JsonObject { ["type"] = "string" },
            ["kind"] = new JsonObject { ["type"] = "string" },
            ["metadata"] = Reference(Meta + "ListMeta"),
            ["items"] = new JsonObject { ["type"] = "array", ["items"] = Reference(Name(resource)) },
        },
        ["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind(resource, resource.ListKind)),
    };

    private static void AddPaths(JsonObject paths, ResourceDefinition resource)
    {
        var collection = $"/apis/{resource.Group}/{resource.Version}{(resource.Namespaced ? "/namespaces/{namespace}" : "")}/{resource.Resource}";
        paths[collection] = Item(
            resource, [],
            ("get", Operation(resource, "list", resource.Kind + "List")),
            ("post", Operation(resource, "post", resource.Kind, "application/json")),
            ("delete", Operation(resource, "deletecollection", "Status")));
        paths[collection + "/{name}"] = Item(
            resource, ["name"],
            ("get", Operation(resource, "get", resource.Kind)),
            ("put", Operation(resource, "put", resource.Kind, "application/json")),
            ("patch", Operation(resource, "patch", resource.Kind, "application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json")),
            ("delete", Operation(resource, "delete", "Status")));
    }

    private static JsonObject Item(ResourceDefinition resource, IEnumerable<string> names, params (string Method, JsonObject Operation)[] operations)
    {
        var item = new JsonObject();
        foreach (var (method, operation) in operations)
        {
            item[method] = operation;
        }

        item["parameters"] = new JsonArray([.. names.Concat(resource.Namespaced ? ["namespace"] : []).Select(n => (JsonNode)new JsonObject
        {
            ["name"] = n, ["in"] = "path", ["required"] = true, ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true },
        })]);
        return item;
    }

    private static JsonObject Operation(ResourceDefinition resource, string action, string answer, params string[] bodies)
    {
        var operation = new JsonObject { ["operationId"] = $"{action}{resource.Group.Replace(".", "")}{resource.Version}{resource.Kind}" };
        if (bodies.Length > 0)
        {
            operation["parameters"] = new JsonArray([.. WriteParameters.Select(p => (JsonNode)new JsonObject
            {
                ["name"] = p, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true },
            })]);
            operation["requestBody"] = new JsonObject
            {
                ["content"] = new JsonObject(bodies.Select(b => KeyValuePair.Create<string, JsonNode?>(b, new JsonObject { ["schema"] = Reference(Name(resource)) }))),
            };
        }

        var schema = answer == "Status" ? new JsonObject { ["type"] = "object" } : Reference(answer == resource.Kind ? Name(resource) : Name(resource) + "List");
        operation["responses"] = new JsonObject { ["200"] = new JsonObject { ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schema } } } };
        operation["x-kubernetes-action"] = action;
        operation["x-kubernetes-group-version-kind"] = GroupVersionKind(resource, resource.Kind);
        return operation;
    }

    private static JsonObject Reference(string name) => new() { ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = "#/components/schemas/" + name }) };

    private static JsonObject GroupVersionKind(ResourceDefinition resource, string kind) =>
        new() { ["group"] = resource.Group, ["kind"] = kind, ["version"] = resource.Version };
}
