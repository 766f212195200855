using System.Reflection;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Schema;
using BackupServer.CrdGenerator.Documentation;

namespace BackupServer.CrdGenerator.Definitions;

/// <summary>Makes the <c>CustomResourceDefinition</c> of a custom resource type.</summary>
internal static class DefinitionBuilder
{
    /// <summary>
    /// The category under which <c>kubectl get backupserver</c> lists all our kinds. Not <c>backup</c>: kubectl takes categories before singular names,
    /// and <c>kubectl get backup NAME</c> would be refused as more than one resource.
    /// </summary>
    private const string Category = "backupserver";

    /// <summary>The definitions of all kinds, ordered by name.</summary>
    public static IReadOnlyList<JsonObject> All()
    {
        var documentation = XmlDocumentation.Of(typeof(CustomResourceAttribute).Assembly);
        return
        [
            .. typeof(CustomResourceAttribute).Assembly.GetTypes()
                .Where(static type => type.IsDefined(typeof(CustomResourceAttribute)))
                .OrderBy(static type => CustomResourceAttribute.Of(type).Plural, StringComparer.Ordinal)
                .Select(type => Build(type, documentation)),
        ];
    }

    /// <summary>File of a definition: <c>group_plural.yaml</c>.</summary>
    public static string FileName(JsonObject definition)
    {
        var spec = definition["spec"]!;
        return $"{spec["group"]}_{spec["names"]!["plural"]}.yaml";
    }

    private static JsonObject Build(Type type, XmlDocumentation documentation)
    {
        var resource = CustomResourceAttribute.Of(type);
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"{resource.Plural}.{CustomResourceAttribute.Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = CustomResourceAttribute.Group,
                ["names"] = Names(resource),
                ["scope"] = "Namespaced",
                ["versions"] = new JsonArray(Version(type, documentation)),
            },
        };
    }

    private static JsonObject Names(CustomResourceAttribute resource) => new()
    {
        ["categories"] = new JsonArray(Category),
        ["kind"] = resource.Kind,
        ["listKind"] = resource.Kind + "List",
        ["plural"] = resource.Plural,
        ["shortNames"] = new JsonArray([.. resource.ShortNames.Select(static name => (JsonNode)name)]),
        ["singular"] = resource.Kind.ToLowerInvariant(),
    };

    private static JsonObject Version(Type type, XmlDocumentation documentation) => new()
    {
        ["name"] = CustomResourceAttribute.Version,
        ["served"] = true,
        ["storage"] = true,
        ["additionalPrinterColumns"] = new JsonArray([.. type.GetCustomAttributes<PrinterColumnAttribute>().Select(Column)]),
        ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
        ["schema"] = new JsonObject { ["openAPIV3Schema"] = Root(type, documentation) },
    };

    private static JsonNode Column(PrinterColumnAttribute column)
    {
        var node = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };
        if (column.Priority > 0)
        {
            node["priority"] = column.Priority;
        }

        return node;
    }

    /// <summary>The specification is always required: the rules inside it are not looked at when it is absent.</summary>
    private static JsonObject Root(Type type, XmlDocumentation documentation)
    {
        var schemas = new SchemaBuilder(documentation);
        var arguments = type.BaseType!.GetGenericArguments();
        return new JsonObject
        {
            ["description"] = documentation.Summary(type),
            ["type"] = "object",
            ["required"] = new JsonArray("spec"),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = Text($"Version of the API, {CustomResourceAttribute.Group}/{CustomResourceAttribute.Version}."),
                ["kind"] = Text($"Kind of the object, {CustomResourceAttribute.Of(type).Kind}."),
                // The API server allows nothing but the type here.
                ["metadata"] = new JsonObject { ["type"] = "object" },
                ["spec"] = schemas.Object(arguments[0]),
                ["status"] = schemas.Object(arguments[1]),
            },
        };
    }

    private static JsonObject Text(string description) => new() { ["description"] = description, ["type"] = "string" };
}
