using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The columns of a built-in kind, from the table Data/columns.txt.</summary>
internal sealed class ColumnTable(IReadOnlyList<TableColumn> columns, IReadOnlyList<Func<JsonObject, DateTimeOffset, JsonNode?>> cells) : ITablePrinter
{
    private static readonly ColumnTableReader Data = new(DataLines.Of("columns.txt"));

    /// <summary>All tables by bucket.</summary>
    public static IReadOnlyDictionary<string, ColumnTable> All { get; } = Data.Tables();

    /// <summary>The first column of every table.</summary>
    public static TableColumn Name { get; } = Data.Name;

    /// <summary>The last column of kinds without columns of their own.</summary>
    /// <param name="type"><c>string</c>, or <c>date</c> as custom resources have it.</param>
    public static TableColumn Age(string type) => new("Age", type, Description: Data.SharedDescription("Age"));

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns => columns;

    /// <inheritdoc/>
    public JsonArray Cells(JsonObject obj, DateTimeOffset now)
    {
        var row = new JsonArray(Json.Text(obj, "metadata", "name"));
        foreach (var cell in cells)
        {
            row.Add(cell(obj, now));
        }

        return row;
    }
}
