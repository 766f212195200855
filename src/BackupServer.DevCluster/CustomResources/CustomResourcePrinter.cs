using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>The columns of a custom resource: those of its definition, or name and age.</summary>
internal sealed class CustomResourcePrinter : ITablePrinter
{
    private readonly List<(JsonPath Path, string Type)> _cells = [];

    public CustomResourcePrinter(ResourceDefinition resource)
    {
        var columns = new List<TableColumn> { ColumnTable.Name };
        foreach (var column in Json.Items(resource.Custom!.PrinterColumns))
        {
            var path = Json.Text(column, "jsonPath") ?? "";
            var type = Json.Text(column, "type") ?? "string";
            columns.Add(new TableColumn(
                Json.Text(column, "name") ?? "", type, Json.Text(column, "format") ?? "", (int)(Json.Integer(column, "priority") ?? 0),
                Json.Text(column, "description") is { Length: > 0 } text ? text : $"Custom resource definition column (in JSONPath format): {path}"));
            _cells.Add((JsonPath.Parse(path), type));
        }

        if (columns.Count == 1)
        {
            columns.Add(ColumnTable.Age("date"));
            _cells.Add((JsonPath.Parse(".metadata.creationTimestamp"), "date"));
        }

        Columns = columns;
    }

    /// <inheritdoc/>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <inheritdoc/>
    public JsonArray Cells(JsonObject obj, DateTimeOffset now)
    {
        var cells = new JsonArray(Json.Text(obj, "metadata", "name"));
        foreach (var (path, type) in _cells)
        {
            cells.Add(Cell(path.Find(obj).FirstOrDefault(), type, now));
        }

        return cells;
    }

    private static JsonNode? Cell(JsonNode? value, string type, DateTimeOffset now)
    {
        if (value is null)
        {
            return null;
        }

        var kind = value.GetValueKind();
        return type switch
        {
            "integer" or "number" => kind == JsonValueKind.Number ? value.DeepClone() : null,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False ? value.DeepClone() : null,
            "date" => kind == JsonValueKind.String && Rfc3339.TryParse((string)value!, out var time) ? HumanDuration.Of(now - time) : "<unknown>",
            _ => kind == JsonValueKind.String ? value.DeepClone() : value.ToJsonString(),
        };
    }
}
