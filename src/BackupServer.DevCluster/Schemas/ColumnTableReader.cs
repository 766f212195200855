using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.CustomResources;

namespace BackupServer.DevCluster.Schemas;

/// <summary>Reads the table of columns, whose grammar stands at its head.</summary>
internal sealed class ColumnTableReader(IReadOnlyList<string> lines)
{
    private const string Shared = "[*]";
    private const string DescriptionMark = ": ";

    /// <summary>The first column of every table.</summary>
    public TableColumn Name => new("Name", Format: "name", Description: SharedDescription("Name"));

    /// <summary>The tables by bucket.</summary>
    /// <exception cref="FormatException">A line is no column, or names an unknown function.</exception>
    public Dictionary<string, ColumnTable> Tables()
    {
        var tables = new Dictionary<string, ColumnTable>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i][0] == '[' && lines[i] != Shared)
            {
                tables[lines[i][1..^1]] = Table(lines.Skip(i + 1).TakeWhile(line => line[0] != '[').ToList());
            }
        }

        return tables;
    }

    /// <summary>What a column of this title says of itself in any table, or nothing.</summary>
    public string SharedDescription(string title) =>
        Description([.. lines.SkipWhile(line => line != Shared).Skip(1).TakeWhile(line => line[0] != '[').SkipWhile(line => line != title)], 0) ?? "";

    private ColumnTable Table(List<string> section)
    {
        var columns = new List<TableColumn> { Name };
        var cells = new List<Func<JsonObject, DateTimeOffset, JsonNode?>>();
        for (var i = 0; i < section.Count; i++)
        {
            if (section[i].StartsWith(DescriptionMark, StringComparison.Ordinal)) continue;
            var split = section[i].IndexOf(" = ", StringComparison.Ordinal);
            if (split < 0) throw new FormatException($"columns.txt: not a column: {section[i]}");
            var (title, expression) = (section[i][..split], section[i][(split + 3)..]);
            var priority = TakeWord(ref title, " wide") ? 1 : 0;
            var type = TakeWord(ref title, " integer") ? "integer" : "string";
            columns.Add(new TableColumn(title, type, Priority: priority, Description: Description(section, i) ?? SharedDescription(title)));
            cells.Add(expression[0] == '@' ? ColumnFunctions.Find(expression[1..]) : Path(expression));
        }

        return new ColumnTable(columns, cells);
    }

    private static string? Description(List<string> section, int column) =>
        column + 1 < section.Count && section[column + 1].StartsWith(DescriptionMark, StringComparison.Ordinal)
            ? section[column + 1][DescriptionMark.Length..].Replace("\\n", "\n", StringComparison.Ordinal)
            : null;

    private static bool TakeWord(ref string title, string word)
    {
        if (!title.EndsWith(word, StringComparison.Ordinal)) return false;
        title = title[..^word.Length];
        return true;
    }

    private static Func<JsonObject, DateTimeOffset, JsonNode?> Path(string expression)
    {
        var parts = expression.Split('|', 2, StringSplitOptions.TrimEntries);
        var path = JsonPath.Parse(parts[0]);
        var otherwise = parts.Length == 2 ? parts[1] : "";
        return (obj, _) => path.Find(obj).FirstOrDefault() switch
        {
            null => otherwise,
            var value when value.GetValueKind() == JsonValueKind.String && (string)value! is "" => otherwise,
            var value => value.DeepClone(),
        };
    }
}
