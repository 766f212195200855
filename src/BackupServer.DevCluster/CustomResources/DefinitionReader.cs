using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>Makes the served resources of a definition, one per served version, the preferred one first.</summary>
internal static class DefinitionReader
{
    private const string MetaReference = "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    private static readonly string[] Verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
    private static readonly string[] SubresourceVerbs = ["get", "patch", "update"];

    public static IReadOnlyList<ResourceDefinition> Read(JsonObject definition)
    {
        var versions = Json.Items(Json.Get(definition, "spec", "versions")).ToList();
        var storage = Json.Text(versions.Find(version => Json.IsTrue(version, "storage")), "name") ?? "";
        return
        [
            .. versions.Where(version => Json.IsTrue(version, "served"))
                .OrderBy(version => Json.Text(version, "name") ?? "", VersionPriority.Instance)
                .Select(version => Version(definition, version, storage)),
        ];
    }

    private static ResourceDefinition Version(JsonObject definition, JsonObject version, string storage)
    {
        var spec = definition["spec"]!.AsObject();
        var names = spec["names"]!.AsObject();
        var group = Json.Text(spec, "group")!;
        var plural = Json.Text(names, "plural")!;
        var kind = Json.Text(names, "kind")!;
        var name = Json.Text(version, "name")!;
        var schema = Json.Get(version, "schema", "openAPIV3Schema") as JsonObject;
        return new ResourceDefinition
        {
            Group = group,
            Version = name,
            Resource = plural,
            Singular = Json.Text(names, "singular") ?? kind.ToLowerInvariant(),
            Kind = kind,
            ListKind = Json.Text(names, "listKind") ?? kind + "List",
            Namespaced = Json.Text(spec, "scope") == "Namespaced",
            ShortNames = [.. Json.Texts(names["shortNames"])],
            Categories = [.. Json.Texts(names["categories"])],
            Verbs = Verbs,
            Subresources = [.. Subresources(version, group, name, kind)],
            StorageVersion = storage,
            StorageVersionHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{group}/{storage}/{kind}"))[..8]),
            Bucket = $"{group}/{plural}",
            Schema = schema is null ? null : Shape(schema),
            Custom = Facts(definition, version, schema, kind),
        };
    }

    private static CustomResourceFacts Facts(JsonObject definition, JsonObject version, JsonObject? schema, string kind)
    {
        var group = Json.Text(definition, "spec", "group");
        return new CustomResourceFacts
        {
            DefinitionName = definition.Name(),
            OpenApiSchema = (JsonObject?)schema?.DeepClone(),
            PrinterColumns = (JsonArray?)version["additionalPrinterColumns"]?.DeepClone(),
            SelectableFields = [.. Json.Items(version["selectableFields"]).Select(field => Json.Text(field, "jsonPath") ?? "")],
            HasStatus = Json.Get(version, "subresources", "status") is not null,
            Scale = Json.Get(version, "subresources", "scale") is JsonObject scale
                ? new ScalePaths(Json.Text(scale, "specReplicasPath")!, Json.Text(scale, "statusReplicasPath")!, Json.Text(scale, "labelSelectorPath"))
                : null,
            PreserveUnknownFields = Json.IsTrue(schema, "x-kubernetes-preserve-unknown-fields"),
            DeprecationWarning = Json.IsTrue(version, "deprecated")
                ? Json.Text(version, "deprecationWarning") ?? $"{group}/{Json.Text(version, "name")} {kind} is deprecated"
                : null,
        };
    }

    private static IEnumerable<SubresourceDefinition> Subresources(JsonObject version, string group, string name, string kind)
    {
        if (Json.Get(version, "subresources", "status") is not null)
        {
            yield return new SubresourceDefinition("status", group, name, kind, SubresourceVerbs);
        }

        if (Json.Get(version, "subresources", "scale") is not null)
        {
            yield return new SubresourceDefinition("scale", "autoscaling", "v1", "Scale", SubresourceVerbs);
        }
    }

    /// <summary>The schema with the metadata that every object has, for merging and apply.</summary>
    private static TypeSchema Shape(JsonObject schema)
    {
        var shape = (JsonObject)schema.DeepClone();
        WithMetadata(shape);
        Embedded(shape);
        return OpenApiReader.Read(shape, null, OpenApiSchemas.Shared.Named);
    }

    private static void WithMetadata(JsonObject shape)
    {
        var properties = Json.Object(shape, "properties");
        properties["apiVersion"] = new JsonObject { ["type"] = "string" };
        properties["kind"] = new JsonObject { ["type"] = "string" };
        properties["metadata"] = new JsonObject { ["$ref"] = MetaReference };
    }

    private static void Embedded(JsonObject schema)
    {
        foreach (var child in (schema["properties"] as JsonObject ?? []).Select(property => property.Value)
                     .Append(schema["items"]).Append(schema["additionalProperties"]).OfType<JsonObject>().ToList())
        {
            if (Json.IsTrue(child, "x-kubernetes-embedded-resource"))
            {
                WithMetadata(child);
            }

            Embedded(child);
        }
    }
}
