using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// The defaults of the built-in kinds, as data (Data/defaults.txt). A rule belongs to a type and holds wherever the type stands, so
/// pod templates need no rules of their own; parents come before children, as in the API server.
/// </summary>
internal sealed class DefaultTable
{
    private readonly Dictionary<string, List<DefaultRule>> _rules = [];

    private DefaultTable(IEnumerable<string> lines)
    {
        List<DefaultRule>? current = null;
        foreach (var line in lines)
        {
            if (line.StartsWith('['))
            {
                _rules[line[1..^1]] = current = [];
            }
            else
            {
                current!.Add(DefaultRule.Parse(line));
            }
        }
    }

    public static DefaultTable Instance { get; } = new(DataLines.Of("defaults.txt"));

    /// <summary>The types that have rules (for tests: each must be a type of the catalogue).</summary>
    public IEnumerable<string> Types => _rules.Keys;

    /// <summary>Fills in the defaults in place.</summary>
    public void Apply(JsonObject value, SchemaNode type)
    {
        if (type.TypeName is not null && _rules.TryGetValue(type.TypeName, out var rules))
        {
            foreach (var rule in rules)
            {
                rule.Apply(value);
            }
        }

        foreach (var field in type.Fields)
        {
            if (value[field.Name] is { } child)
            {
                Descend(child, field.Node);
            }
            else if (field.IsInlineStruct && field.Node.Fields.Count > 0)
            {
                // A struct by value always exists: its defaults apply even when the body did not name it.
                var inline = new JsonObject();
                Apply(inline, field.Node);
                if (inline.Count > 0)
                {
                    value[field.Name] = inline;
                }
            }
        }
    }

    private void Descend(JsonNode? child, SchemaNode schema)
    {
        switch (child)
        {
            case JsonObject members when schema.Shape == SchemaShape.Object:
                Apply(members, schema);
                break;
            case JsonObject map when schema.Values?.Shape is SchemaShape.Object:
                foreach (var (_, value) in map)
                {
                    Descend(value, schema.Values);
                }

                break;
            case JsonArray list when schema.Items?.Shape == SchemaShape.Object:
                foreach (var item in list)
                {
                    Descend(item, schema.Items);
                }

                break;
            default:
                break;
        }
    }
}
