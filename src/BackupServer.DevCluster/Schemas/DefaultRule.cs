using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// One line of the table of defaults: <c>path = JSON</c> or <c>path = JSON when condition</c>, or <c>@function</c> for what a value
/// cannot say (see <see cref="DefaultFunctions"/>). A JSON object fills the absent members of an object that is there. A condition is
/// <c>path</c> (present), <c>!path</c> (absent), <c>path == JSON</c> or <c>path != JSON</c>; several are joined by <c>and</c>.
/// A path with a parent that is absent creates the parent.
/// </summary>
internal sealed class DefaultRule
{
    private readonly string[] _path = [];
    private readonly JsonNode? _value;
    private readonly List<(string[] Path, string Operator, JsonNode? Value)> _conditions = [];
    private readonly Action<JsonObject>? _function;

    private DefaultRule(Action<JsonObject> function) => _function = function;

    private DefaultRule(string[] path, string value, string? conditions)
    {
        _path = path;
        _value = JsonNode.Parse(value);
        foreach (var condition in conditions?.Split(" and ") ?? [])
        {
            var parts = condition.Split(' ', 3);
            _conditions.Add(parts.Length == 3
                ? (parts[0].Split('.'), parts[1], JsonNode.Parse(parts[2]))
                : (parts[0].TrimStart('!').Split('.'), parts[0][0] == '!' ? "absent" : "present", null));
        }
    }

    /// <exception cref="FormatException">The line is no rule, or names an unknown function.</exception>
    public static DefaultRule Parse(string line)
    {
        if (line[0] == '@')
        {
            return new DefaultRule(DefaultFunctions.Find(line[1..]));
        }

        var equals = line.IndexOf(" = ", StringComparison.Ordinal);
        if (equals < 0)
        {
            throw new FormatException($"\"{line}\" is no rule of the table of defaults: path = JSON [when condition], or @function.");
        }

        var rest = line[(equals + 3)..];
        var when = rest.IndexOf(" when ", StringComparison.Ordinal);
        return new DefaultRule(line[..equals].Split('.'), when < 0 ? rest : rest[..when], when < 0 ? null : rest[(when + 6)..]);
    }

    public void Apply(JsonObject target)
    {
        if (_function is not null)
        {
            _function(target);
            return;
        }

        if (!_conditions.TrueForAll(condition => Holds(target, condition)))
        {
            return;
        }

        foreach (var name in _path[..^1])
        {
            if (target[name] is not JsonObject child)
            {
                target[name] = child = [];
            }

            target = child;
        }

        Fill(target, _path[^1], _value);
    }

    private static void Fill(JsonObject target, string name, JsonNode? value)
    {
        if (target[name] is null)
        {
            target[name] = value?.DeepClone();
        }
        else if (target[name] is JsonObject existing && value is JsonObject members)
        {
            foreach (var (key, member) in members)
            {
                Fill(existing, key, member);
            }
        }
    }

    private static bool Holds(JsonObject target, (string[] Path, string Operator, JsonNode? Value) condition)
    {
        JsonNode? value = target;
        foreach (var name in condition.Path)
        {
            value = (value as JsonObject)?[name];
        }

        return condition.Operator switch
        {
            "present" => value is not null,
            "absent" => value is null,
            "==" => JsonNode.DeepEquals(value, condition.Value),
            "!=" => !JsonNode.DeepEquals(value, condition.Value),
            _ => throw new FormatException($"unknown operator {condition.Operator} in the table of defaults"),
        };
    }
}
