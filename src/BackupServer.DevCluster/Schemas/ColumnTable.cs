using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.CustomResources;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The columns of a built-in kind, from the table Data/columns.txt.</summary>
internal sealed class ColumnTable : ITablePrinter
{
    private readonly List<Func<JsonObject, DateTimeOffset, JsonNode?>> _cells = [];
    private readonly List<TableColumn> _columns = [new("Name", "string", "name")];

    private ColumnTable()
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns => _columns;

    /// <summary>All tables by bucket.</summary>
    public static IReadOnlyDictionary<string, ColumnTable> All { get; } = Read(DataLines.Of("columns.txt"));

    /// <inheritdoc/>
    public JsonArray Cells(JsonObject obj, DateTimeOffset now)
    {
        var cells = new JsonArray(Json.Text(obj, "metadata", "name"));
        foreach (var cell in _cells)
        {
            cells.Add(cell(obj, now));
        }

        return cells;
    }

    private static Dictionary<string, ColumnTable> Read(IEnumerable<string> lines)
    {
        var tables = new Dictionary<string, ColumnTable>();
        ColumnTable? current = null;
        foreach (var line in lines)
        {
            if (line.StartsWith('['))
            {
                tables[line[1..^1]] = current = new ColumnTable();
                continue;
            }

            var (title, expression) = (line[..line.IndexOf(" = ", StringComparison.Ordinal)], line[(line.IndexOf(" = ", StringComparison.Ordinal) + 3)..]);
            var wide = title.EndsWith(" wide", StringComparison.Ordinal);
            current!._columns.Add(new TableColumn(wide ? title[..^5] : title, Priority: wide ? 1 : 0));
            current._cells.Add(expression[0] == '@' ? ColumnFunctions.Find(expression[1..]) : Path(expression));
        }

        return tables;
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
