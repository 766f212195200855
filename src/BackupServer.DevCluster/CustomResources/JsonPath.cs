using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>
/// The JSONPath of printer columns, scale paths and selectable fields: <c>.a.b</c>, <c>['a']</c>, <c>[0]</c>, <c>[*]</c>,
/// <c>[?(@.type=="Ready")]</c>; a dot in a name is escaped by a backslash.
/// </summary>
internal sealed class JsonPath
{
    private readonly List<Func<JsonNode?, IEnumerable<JsonNode?>>> _steps = [];

    private JsonPath()
    {
    }

    /// <exception cref="FormatException">The path has a form that is not supported; the message names it.</exception>
    public static JsonPath Parse(string text)
    {
        var path = new JsonPath();
        var at = 0;
        while (at < text.Length)
        {
            at = text[at] switch
            {
                '.' => path.Name(text, at + 1),
                '[' => path.Bracket(text, at),
                _ => at == 0 ? path.Name(text, at) : throw Wrong(text),
            };
        }

        return path;
    }

    /// <summary>All values the path leads to.</summary>
    public IEnumerable<JsonNode?> Find(JsonNode? root) =>
        _steps.Aggregate((IEnumerable<JsonNode?>)[root], (values, step) => values.SelectMany(step));

    private static FormatException Wrong(string text) => new($"JSONPath {text} is not supported: names, indexes, [*] and [?(@.field==\"value\")] are");

    private int Name(string text, int at)
    {
        var name = new StringBuilder();
        while (at < text.Length && text[at] is not ('.' or '['))
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            name.Append(text[at++]);
        }

        if (name.Length > 0)
        {
            Member(name.ToString());
        }

        return at;
    }

    private void Member(string name) => _steps.Add(name == "*"
        ? Children
        : value => value is JsonObject members && members.TryGetPropertyValue(name, out var child) ? [child] : []);

    private static IEnumerable<JsonNode?> Children(JsonNode? value) => value switch
    {
        JsonArray items => items,
        JsonObject members => members.Select(member => member.Value),
        _ => [],
    };

    private int Bracket(string text, int at)
    {
        var end = End(text, at);
        var inside = text[(at + 1)..end].Trim();
        if (inside == "*")
        {
            _steps.Add(Children);
        }
        else if (inside.Length > 2 && inside[0] is '\'' or '"')
        {
            Member(inside[1..^1]);
        }
        else if (int.TryParse(inside, NumberStyles.AllowLeadingSign, null, out var index))
        {
            _steps.Add(value => value is JsonArray items && (index < 0 ? items.Count + index : index) is var i && i >= 0 && i < items.Count ? [items[i]] : []);
        }
        else if (inside.StartsWith("?(", StringComparison.Ordinal) && inside.EndsWith(')'))
        {
            Filter(inside[2..^1], text);
        }
        else
        {
            throw Wrong(text);
        }

        return end + 1;
    }

    private static int End(string text, int at)
    {
        var quote = '\0';
        for (var i = at + 1; i < text.Length; i++)
        {
            if (quote != '\0')
            {
                quote = text[i] == quote ? '\0' : quote;
            }
            else if (text[i] is '"' or '\'')
            {
                quote = text[i];
            }
            else if (text[i] == ']')
            {
                return i;
            }
        }

        throw Wrong(text);
    }

    private void Filter(string condition, string text)
    {
        var negated = condition.Contains("!=", StringComparison.Ordinal);
        var sides = condition.Split(negated ? "!=" : "==", 2);
        if (!sides[0].TrimStart().StartsWith('@'))
        {
            throw Wrong(text);
        }

        var path = Parse(sides[0].Trim()[1..]);
        var wanted = sides.Length == 2 ? sides[1].Trim().Trim('\'', '"') : null;
        _steps.Add(value => Children(value).Where(item =>
        {
            var found = path.Find(item).ToList();
            return wanted is null ? found.Count > 0 : found.Exists(candidate => Text(candidate) == wanted) != negated;
        }));
    }

    private static string Text(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String ? (string)value! : value?.ToJsonString() ?? "null";
}
