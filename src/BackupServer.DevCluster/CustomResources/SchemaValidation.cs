using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.CustomResources.Cel;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>
/// Validates a custom object against its schema, with the texts of the API server. A part that did not change since the old object is not
/// validated again (ratcheting), so that a stricter schema does not lock existing objects.
/// </summary>
internal sealed class SchemaValidation
{
    private readonly List<FieldError> _errors = [];

    private SchemaValidation()
    {
    }

    public static IReadOnlyList<FieldError> Validate(JsonObject value, JsonObject? old, StructuralSchema schema)
    {
        var validation = new SchemaValidation();
        validation.Visit(value, old, schema, "");
        return validation._errors;
    }

    private void Visit(JsonNode? value, JsonNode? old, StructuralSchema schema, string path)
    {
        if (old is not null && JsonNode.DeepEquals(value, old))
        {
            return;
        }

        if (value is null)
        {
            Null(schema, path);
            return;
        }

        if (!HasType(value, schema, path))
        {
            return;
        }

        Junctors(value, schema, path);
        switch (value)
        {
            case JsonObject members:
                Object(members, old as JsonObject, schema, path);
                break;
            case JsonArray items:
                List(items, old as JsonArray, schema, path);
                break;
            default:
                Scalar(value, schema, path);
                break;
        }

        if (schema.Raw["enum"] is JsonArray allowed && !allowed.Any(item => JsonNode.DeepEquals(item, value)))
        {
            _errors.Add(FieldError.NotSupported(path, value.DeepClone(), allowed));
        }
    }

    private void Null(StructuralSchema schema, string path)
    {
        if (!schema.IsNullable && (schema.Type.Length > 0 || schema.IsIntOrString) && !(schema.Type == "" && schema.PreservesUnknownFields))
        {
            var wanted = Wanted(schema);
            _errors.Add(FieldError.TypeInvalid(path, "null", $"{path} in body must be of type {wanted}: \"null\""));
        }
    }

    private bool HasType(JsonNode value, StructuralSchema schema, string path)
    {
        var found = value.GetValueKind() switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            _ => Json.Number(value) % 1 == 0 ? "integer" : "number",
        };
        var wanted = Wanted(schema);
        if (wanted.Length == 0 || wanted.Split(',').Contains(found) || (wanted == "number" && found == "integer"))
        {
            return true;
        }

        _errors.Add(FieldError.TypeInvalid(path, found, $"{path} in body must be of type {wanted}: \"{found}\""));
        if (wanted == "integer" && found == "number")
        {
            _errors.Add(FieldError.Invalid("<nil>", "", $"Checked value must be of type integer (default format) in {path}"));
        }

        return false;
    }

    private void Junctors(JsonNode value, StructuralSchema schema, string path)
    {
        var name = path.Length == 0 ? "" : path;
        if (schema.AnyOf.Count > 0 && !schema.AnyOf.Any(branch => Failures(value, branch, path).Count == 0))
        {
            _errors.Add(FieldError.Invalid("<nil>", "", $"\"{name}\" must validate at least one schema (anyOf)"));
            _errors.AddRange(Nearest(schema.AnyOf, value, path));
        }

        if (schema.OneOf.Count > 0)
        {
            var valid = schema.OneOf.Count(branch => Failures(value, branch, path).Count == 0);
            if (valid != 1)
            {
                _errors.Add(FieldError.Invalid("<nil>", "",
                    $"\"{name}\" must validate one and only one schema (oneOf). Found {(valid == 0 ? "none valid" : $"{valid} valid alternatives")}"));
                if (valid == 0)
                {
                    _errors.AddRange(Nearest(schema.OneOf, value, path));
                }
            }
        }

        var failures = schema.AllOf.SelectMany(branch => Failures(value, branch, path)).ToList();
        if (failures.Count > 0)
        {
            _errors.Add(FieldError.Invalid("<nil>", "", $"\"{name}\" must validate all the schemas (allOf)"));
            _errors.AddRange(failures);
        }

        if (schema.Not is not null && Failures(value, schema.Not, path).Count == 0)
        {
            _errors.Add(FieldError.Invalid("<nil>", "", $"\"{name}\" must not validate the schema (not)"));
        }
    }

    /// <summary>The errors of the alternative that fails least.</summary>
    private static List<FieldError> Nearest(IEnumerable<StructuralSchema> branches, JsonNode value, string path) =>
        branches.Select(branch => Failures(value, branch, path)).MinBy(errors => errors.Count) ?? [];

    private static List<FieldError> Failures(JsonNode value, StructuralSchema branch, string path)
    {
        var inner = new SchemaValidation();
        inner.Visit(value, null, branch, path);
        return inner._errors;
    }

    private void Object(JsonObject members, JsonObject? old, StructuralSchema schema, string path)
    {
        if (schema.Number("maxProperties") is { } most && members.Count > most)
        {
            _errors.Add(FieldError.TooMany(path, members.Count, (long)most));
        }

        if (schema.Number("minProperties") is { } least && members.Count < least)
        {
            _errors.Add(FieldError.Invalid(path, members.DeepClone(), $"{path} in body should have at least {least} properties"));
        }

        foreach (var name in schema.Required)
        {
            if (!members.ContainsKey(name))
            {
                _errors.Add(FieldError.Required(Join(path, name)));
            }
        }

        foreach (var (name, child) in members)
        {
            if (path.Length == 0 && name is "apiVersion" or "kind")
            {
                continue;
            }

            if (schema.Child(name) is { } declared)
            {
                Visit(child, old?[name], declared, Join(path, name));
            }
        }
    }

    private void List(JsonArray items, JsonArray? old, StructuralSchema schema, string path)
    {
        if (schema.Number("maxItems") is { } most && items.Count > most)
        {
            _errors.Add(FieldError.TooMany(path, items.Count, (long)most));
        }

        if (schema.Number("minItems") is { } least && items.Count < least)
        {
            _errors.Add(FieldError.Invalid(path, items.Count, $"{path} in body should have at least {least} items"));
        }

        for (var i = 0; i < items.Count && schema.Items is not null; i++)
        {
            Visit(items[i], Correlation.Find(old, items[i], schema), schema.Items, $"{path}[{i}]");
        }
    }

    private void Scalar(JsonNode value, StructuralSchema schema, string path)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                Text((string)value!, schema, path);
                break;
            case JsonValueKind.Number:
                Number(value, Json.Number(value) ?? 0, schema, path);
                break;
            default:
                break;
        }
    }

    private void Text(string text, StructuralSchema schema, string path)
    {
        var length = text.EnumerateRunes().Count();
        if (schema.Number("maxLength") is { } most && length > most)
        {
            _errors.Add(FieldError.TooLong(path, (long)most));
        }

        if (schema.Number("minLength") is { } least && length < least)
        {
            _errors.Add(FieldError.Invalid(path, text, $"{path} in body should be at least {least} chars long"));
        }

        if (Json.Text(schema.Raw, "pattern") is { } pattern && !CelStringFunctions.Pattern(pattern).IsMatch(text))
        {
            _errors.Add(FieldError.Invalid(path, text, $"{path} in body should match '{pattern}'"));
        }

        if (schema.Format is { } format && !SchemaFormats.Matches(format, text))
        {
            _errors.Add(FieldError.TypeInvalid(path, text, $"{path} in body must be of type {format}: {FieldError.Quote(text)}"));
        }
    }

    private void Number(JsonNode value, double number, StructuralSchema schema, string path)
    {
        if (schema.Number("maximum") is { } most && (Json.IsTrue(schema.Raw, "exclusiveMaximum") ? number >= most : number > most))
        {
            var orEqual = Json.IsTrue(schema.Raw, "exclusiveMaximum") ? "" : "or equal to ";
            _errors.Add(FieldError.Invalid(path, value.DeepClone(), $"{path} in body should be less than {orEqual}{most}"));
        }

        if (schema.Number("minimum") is { } least && (Json.IsTrue(schema.Raw, "exclusiveMinimum") ? number <= least : number < least))
        {
            var orEqual = Json.IsTrue(schema.Raw, "exclusiveMinimum") ? "" : "or equal to ";
            _errors.Add(FieldError.Invalid(path, value.DeepClone(), $"{path} in body should be greater than {orEqual}{least}"));
        }

        if (schema.Number("multipleOf") is { } factor && factor != 0 && number % factor != 0)
        {
            _errors.Add(FieldError.Invalid(path, value.DeepClone(), $"{path} in body should be a multiple of {factor}"));
        }

        if (schema.Format == "int32" && number is < int.MinValue or > int.MaxValue)
        {
            _errors.Add(FieldError.Invalid("<nil>", "", $"Checked value must be of type integer with format int32 in {path}"));
        }
    }

    private static string Wanted(StructuralSchema schema) => schema.IsIntOrString && schema.Type.Length == 0 ? "integer,string" : schema.Type;

    internal static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
