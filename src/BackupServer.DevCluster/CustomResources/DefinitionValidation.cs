using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>Validates definitions: names, versions, schemas and rules, immutable fields.</summary>
internal static class DefinitionValidation
{
    public static void Validate(JsonObject definition, JsonObject? old, FieldErrors errors)
    {
        var spec = definition["spec"] as JsonObject ?? [];
        var plural = Json.Text(spec, "names", "plural") ?? "";
        var group = Json.Text(spec, "group") ?? "";
        if (definition.Name() != $"{plural}.{group}")
        {
            errors.Invalid("metadata.name", definition.Name(), "must be spec.names.plural+\".\"+spec.group");
        }

        Group(group, errors);
        if (Json.Text(spec, "scope") is var scope && scope is not ("Cluster" or "Namespaced"))
        {
            errors.NotSupported("spec.scope", scope ?? "", ["Cluster", "Namespaced"]);
        }

        DefinedNames(spec["names"] as JsonObject ?? [], errors);
        Versions(spec, old, errors);
        StoredVersions(definition, spec, errors);
        if (old is not null && IsEstablished(old))
        {
            Immutable(definition, old, errors);
        }
    }

    private static bool IsEstablished(JsonObject definition) => Json.Items(Json.Get(definition, "status", "conditions"))
        .Any(condition => Json.Text(condition, "type") == "Established" && Json.Text(condition, "status") == "True");

    private static void Group(string group, FieldErrors errors)
    {
        if (group.Length == 0)
        {
            errors.Required("spec.group");
            return;
        }

        foreach (var problem in Names.DnsSubdomain(group))
        {
            errors.Invalid("spec.group", group, problem);
        }

        if (!group.Contains('.'))
        {
            errors.Invalid("spec.group", group, "should be a domain with at least one dot");
        }
    }

    private static void DefinedNames(JsonObject names, FieldErrors errors)
    {
        foreach (var field in new[] { "plural", "singular", "kind", "listKind" })
        {
            var name = Json.Text(names, field) ?? "";
            if (name.Length == 0)
            {
                if (field is "plural" or "kind")
                {
                    errors.Required($"spec.names.{field}");
                }

                continue;
            }

            foreach (var problem in Names.DnsLabel(name.ToLowerInvariant()))
            {
                errors.Invalid($"spec.names.{field}", name, problem);
            }
        }

        if (Json.Text(names, "kind") is { Length: > 0 } kind && kind == Json.Text(names, "listKind"))
        {
            errors.Invalid("spec.names.listKind", kind, "kind and listKind may not be the same");
        }
    }

    private static void Versions(JsonObject spec, JsonObject? old, FieldErrors errors)
    {
        var versions = Json.Items(spec["versions"]).ToList();
        var seen = new HashSet<string>();
        for (var i = 0; i < versions.Count; i++)
        {
            var path = $"spec.versions[{i}]";
            var name = Json.Text(versions[i], "name") ?? "";
            foreach (var problem in Names.DnsLabel(name))
            {
                errors.Invalid($"{path}.name", name, problem);
            }

            if (!seen.Add(name))
            {
                errors.Invalid("spec.versions", name, "must contain unique version names");
            }

            Schema(versions[i], Json.Items(Json.Get(old, "spec", "versions")).FirstOrDefault(version => Json.Text(version, "name") == name), path, errors);
            Columns(versions[i], path, errors);
        }

        if (versions.Count(version => Json.IsTrue(version, "storage")) != 1)
        {
            errors.Add(FieldError.InvalidWithoutValue("spec.versions", "must have exactly one version marked as storage version"));
        }
    }

    private static void Schema(JsonObject version, JsonObject? old, string path, FieldErrors errors)
    {
        if (Json.Get(version, "schema", "openAPIV3Schema") is not JsonObject schema)
        {
            errors.Required($"{path}.schema.openAPIV3Schema", "schemas are required");
        }
        else if (old is null || !JsonNode.DeepEquals(schema, Json.Get(old, "schema", "openAPIV3Schema")))
        {
            errors.AddRange(StructuralCheck.Check(StructuralSchema.Parse(schema), $"{path}.schema.openAPIV3Schema"));
        }
    }

    private static void Columns(JsonObject version, string path, FieldErrors errors)
    {
        var at = 0;
        foreach (var column in Json.Items(version["additionalPrinterColumns"]))
        {
            var place = $"{path}.additionalPrinterColumns[{at++}]";
            if (Json.Text(column, "type") is var type && type is not ("boolean" or "date" or "integer" or "number" or "string"))
            {
                errors.NotSupported($"{place}.type", type ?? "", ["boolean", "date", "integer", "number", "string"]);
            }

            var jsonPath = Json.Text(column, "jsonPath") ?? "";
            try
            {
                JsonPath.Parse(jsonPath);
            }
            catch (FormatException wrong)
            {
                errors.Invalid($"{place}.jsonPath", jsonPath, wrong.Message);
            }
        }
    }

    private static void StoredVersions(JsonObject definition, JsonObject spec, FieldErrors errors)
    {
        var names = Json.Items(spec["versions"]).Select(version => Json.Text(version, "name")).ToHashSet();
        var at = 0;
        foreach (var stored in Json.Texts(Json.Get(definition, "status", "storedVersions")))
        {
            if (!names.Contains(stored))
            {
                errors.Invalid($"status.storedVersions[{at}]", stored,
                    $"missing from spec.versions; {stored} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in {stored} and removes {stored} from status.storedVersions");
            }

            at++;
        }
    }

    private static void Immutable(JsonObject definition, JsonObject old, FieldErrors errors)
    {
        foreach (var path in new[] { new[] { "group" }, ["scope"], ["names", "kind"], ["names", "plural"] })
        {
            var value = Json.Get(definition["spec"], path);
            if (!JsonNode.DeepEquals(value, Json.Get(old["spec"], path)))
            {
                errors.Invalid("spec." + string.Join('.', path), value?.DeepClone(), "field is immutable");
            }
        }
    }
}
