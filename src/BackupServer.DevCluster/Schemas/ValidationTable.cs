using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// The validations of the built-in kinds, as data (Data/validation.txt): rules belong to types and run in the order of the table, which
/// is the order of messages; what no rule places with <c>each</c> is validated after them.
/// </summary>
internal sealed class ValidationTable
{
    private readonly Dictionary<string, List<ValidationRule>> _rules = [];

    private ValidationTable(IEnumerable<string> lines)
    {
        List<ValidationRule>? current = null;
        foreach (var line in lines)
        {
            if (line.StartsWith('['))
            {
                _rules[line[1..^1]] = current = [];
            }
            else
            {
                current!.Add(ValidationRule.Parse(line));
            }
        }
    }

    public static ValidationTable Instance { get; } = new(DataLines.Of("validation.txt"));

    /// <summary>The types that have rules (for tests: each must be a type of the catalogue).</summary>
    public IEnumerable<string> Types => _rules.Keys;

    /// <summary>Adds all problems of an object.</summary>
    public void Validate(JsonObject obj, JsonObject? old, SchemaNode type, FieldErrors errors, BehaviourContext context) =>
        Object(new ValidationCase(obj, "", old, errors, context), type);

    private void Object(ValidationCase test, SchemaNode type)
    {
        var placed = new HashSet<string>();
        foreach (var rule in _rules.GetValueOrDefault(type.TypeName ?? "", []))
        {
            if (rule.Check != "each")
            {
                rule.Apply(test);
            }
            else if (placed.Add(rule.Path) && type.Field(rule.Path) is { } field)
            {
                Below(test.Value[rule.Path], field.Node, test.At(rule.Path), rule.UniqueKey, test);
            }
        }

        foreach (var field in type.Fields)
        {
            if (!placed.Contains(field.Name) && !(test.Path.Length == 0 && field.Name is "metadata" or "status"))
            {
                Below(test.Value[field.Name], field.Node, test.At(field.Name), null, test);
            }
        }
    }

    private void Below(JsonNode? value, SchemaNode type, string path, string? uniqueKey, ValidationCase parent)
    {
        switch (value)
        {
            case JsonObject members when type.Shape == SchemaShape.Object:
                Object(parent with { Value = members, Path = path, Old = null }, type);
                break;
            case JsonArray items when type.Items?.Shape == SchemaShape.Object:
                var seen = new HashSet<string>();
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is not JsonObject item)
                    {
                        continue;
                    }

                    Object(parent with { Value = item, Path = $"{path}[{i}]", Old = null }, type.Items);
                    if (uniqueKey is not null && Json.Text(item, uniqueKey) is { Length: > 0 } key && !seen.Add(key))
                    {
                        parent.Errors.Duplicate($"{path}[{i}].{uniqueKey}", key);
                    }
                }

                break;
            default:
                break;
        }
    }
}
