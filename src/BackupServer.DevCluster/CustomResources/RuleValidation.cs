using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.CustomResources.Cel;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>Runs the x-kubernetes-validations of a schema over an object. Rules of unchanged parts are not run again, except transition rules.</summary>
internal sealed class RuleValidation
{
    // Compiled once per schema place; a new version of a definition brings new schema objects.
    private static readonly ConditionalWeakTable<StructuralSchema, List<Compiled>> Programs = [];
    private readonly List<FieldError> _errors = [];

    private RuleValidation()
    {
    }

    public static IReadOnlyList<FieldError> Validate(JsonObject value, JsonObject? old, StructuralSchema schema)
    {
        var validation = new RuleValidation();
        validation.Visit(value, old, schema, "");
        return validation._errors;
    }

    private void Visit(JsonNode? value, JsonNode? old, StructuralSchema schema, string path)
    {
        if (value is null)
        {
            return;
        }

        if (schema.Rules.Count > 0)
        {
            var unchanged = old is not null && JsonNode.DeepEquals(value, old);
            var self = CelValues.From(value, schema);
            var previous = old is null ? null : CelValues.From(old, schema);
            foreach (var rule in Programs.GetValue(schema, Compile))
            {
                if (rule.Program.UsesOldSelf ? old is not null || rule.Source.OptionalOldSelf : !unchanged)
                {
                    Run(rule, self, rule.Source.OptionalOldSelf ? old is null ? CelOptional.None : CelOptional.Of(previous) : previous, value, path);
                }
            }
        }

        switch (value)
        {
            case JsonObject members:
                foreach (var (name, child) in members)
                {
                    if (schema.Child(name) is { } declared)
                    {
                        Visit(child, (old as JsonObject)?[name], declared, SchemaValidation.Join(path, name));
                    }
                }

                break;
            case JsonArray items when schema.Items is not null:
                for (var i = 0; i < items.Count; i++)
                {
                    var before = schema.ListType == "atomic" ? null : Correlation.Find(old as JsonArray, items[i], schema);
                    Visit(items[i], before, schema.Items, $"{path}[{i}]");
                }

                break;
            default:
                break;
        }
    }

    private void Run(Compiled rule, object? self, object? oldSelf, JsonNode value, string path)
    {
        try
        {
            if (rule.Program.Run(self, oldSelf) is true)
            {
                return;
            }
        }
        catch (CelException e)
        {
            _errors.Add(FieldError.InvalidWithoutValue(path, $"{e.Message} evaluating rule: {Message(rule, null, null)}"));
            return;
        }

        var place = rule.Source.FieldPath is { } below ? path + (below.StartsWith('.') && path.Length == 0 ? below[1..] : below) : path;
        var message = Message(rule, self, oldSelf);
        _errors.Add(rule.Source.Reason switch
        {
            "FieldValueForbidden" => FieldError.Forbidden(place, message),
            "FieldValueRequired" => FieldError.Required(place, message),
            "FieldValueDuplicate" => new FieldError("FieldValueDuplicate", place, "Duplicate value: " + message),
            _ when value is JsonObject or JsonArray || rule.Source.FieldPath is not null => FieldError.InvalidWithoutValue(place, message),
            _ => FieldError.Invalid(place, value.DeepClone(), message),
        });
    }

    private static string Message(Compiled rule, object? self, object? oldSelf)
    {
        if (rule.Message is not null && self is not null)
        {
            try
            {
                if (rule.Message.Run(self, oldSelf) is string { Length: > 0 } text && !text.Contains('\n'))
                {
                    return text;
                }
            }
            catch (CelException)
            {
                // The API server falls back to the fixed message when the expression has no value.
                return rule.Source.Message ?? "failed rule: " + rule.Source.Rule.Trim();
            }
        }

        return rule.Source.Message ?? "failed rule: " + rule.Source.Rule.Trim();
    }

    private static List<Compiled> Compile(StructuralSchema schema) =>
    [
        .. schema.Rules.Select(rule => new Compiled(
            rule,
            CelProgram.Compile(rule.Rule, schema, rule.OptionalOldSelf),
            rule.MessageExpression is null ? null : CelProgram.Compile(rule.MessageExpression, schema, rule.OptionalOldSelf))),
    ];

    private sealed record Compiled(ValidationRule Source, CelProgram Program, CelProgram? Message);
}
