using BackupServer.DevCluster.CustomResources.Cel;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>Whether a schema is structural (KEP 1693), and whether everything it says can be carried out here.</summary>
internal static class StructuralCheck
{
    private static readonly string[] ListTypes = ["atomic", "set", "map"];

    public static IEnumerable<FieldError> Check(StructuralSchema schema, string path)
    {
        if (schema.Type.Length == 0)
        {
            yield return FieldError.Required($"{path}.type", "must not be empty at the root");
        }
        else if (schema.Type != "object")
        {
            yield return FieldError.Invalid($"{path}.type", schema.Type, "must be object at the root");
        }

        foreach (var error in Visit(schema, path, isRoot: true, ""))
        {
            yield return error;
        }
    }

    private static IEnumerable<FieldError> Visit(StructuralSchema schema, string path, bool isRoot, string what)
    {
        if (!isRoot && schema.Type.Length == 0 && !schema.IsIntOrString && !schema.PreservesUnknownFields)
        {
            yield return FieldError.Required($"{path}.type", $"must not be empty for specified {what}");
        }

        if (schema.Properties.Count > 0 && schema.AdditionalProperties is not null)
        {
            yield return FieldError.Forbidden($"{path}.additionalProperties", "must not be used together with properties");
        }

        foreach (var error in Lists(schema, path).Concat(Values(schema, path)).Concat(Rules(schema, path)))
        {
            yield return error;
        }

        var children = schema.Properties.Select(property => (property.Value, Path: $"{path}.properties[{property.Key}]", What: "object fields"));
        if (schema.AdditionalProperties is not null)
        {
            children = children.Append((schema.AdditionalProperties, $"{path}.additionalProperties", "object fields"));
        }

        if (schema.Items is not null)
        {
            children = children.Append((schema.Items, $"{path}.items", "array items"));
        }

        foreach (var (child, place, kind) in children)
        {
            foreach (var error in Visit(child, place, isRoot: false, kind))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<FieldError> Lists(StructuralSchema schema, string path)
    {
        if (schema.Type == "array" && schema.Items is null)
        {
            yield return FieldError.Required($"{path}.items", "must be specified");
        }

        if (!ListTypes.Contains(schema.ListType))
        {
            yield return FieldError.NotSupported($"{path}.x-kubernetes-list-type", schema.ListType, ListTypes);
        }

        if (schema.ListType == "map" && schema.ListKeys.Count == 0)
        {
            yield return FieldError.Required($"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
        }

        foreach (var key in schema.ListKeys.Where(key => schema.Items?.Properties.ContainsKey(key) != true))
        {
            yield return FieldError.Invalid($"{path}.x-kubernetes-list-map-keys", key, "entries must all be names of item properties");
        }
    }

    private static IEnumerable<FieldError> Values(StructuralSchema schema, string path)
    {
        string? wrong = null;
        if (Json.Text(schema.Raw, "pattern") is { } pattern)
        {
            try
            {
                CelStringFunctions.Pattern(pattern);
            }
            catch (CelException e)
            {
                wrong = e.Message;
            }

            if (wrong is not null)
            {
                yield return FieldError.Invalid($"{path}.pattern", pattern, "must be a valid regular expression, but isn't: " + wrong);
            }
        }

        if (schema.Default is { } standard)
        {
            var holder = new System.Text.Json.Nodes.JsonObject { ["default"] = standard.DeepClone() };
            var shape = StructuralSchema.Parse(new System.Text.Json.Nodes.JsonObject
            {
                ["type"] = "object",
                ["properties"] = new System.Text.Json.Nodes.JsonObject { ["default"] = schema.Raw.DeepClone() },
            });
            Defaulting.Apply(holder, shape);
            foreach (var error in SchemaValidation.Validate(holder, null, shape))
            {
                yield return error with { Field = $"{path}.{error.Field}" };
            }
        }
    }

    private static IEnumerable<FieldError> Rules(StructuralSchema schema, string path)
    {
        var at = 0;
        foreach (var rule in schema.Rules)
        {
            var place = $"{path}.x-kubernetes-validations[{at++}]";
            if (string.IsNullOrWhiteSpace(rule.Rule))
            {
                yield return FieldError.Required($"{place}.rule", "rule is not specified");
                continue;
            }

            if (Compiles(rule.Rule, schema, rule) is { } wrongRule)
            {
                yield return FieldError.Invalid($"{place}.rule", rule.Rule, "compilation failed: " + wrongRule);
            }

            if (rule.MessageExpression is not null && Compiles(rule.MessageExpression, schema, rule) is { } wrongMessage)
            {
                yield return FieldError.Invalid($"{place}.messageExpression", rule.MessageExpression, "messageExpression compilation failed: " + wrongMessage);
            }
        }
    }

    private static string? Compiles(string text, StructuralSchema schema, ValidationRule rule)
    {
        try
        {
            CelProgram.Compile(text, schema, rule.OptionalOldSelf);
            return null;
        }
        catch (CelException e)
        {
            return e.Message;
        }
    }
}
