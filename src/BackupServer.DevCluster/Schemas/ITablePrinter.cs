using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The columns of one kind in a Table answer.</summary>
internal interface ITablePrinter
{
    /// <summary>All columns, Name first: entries of <c>columnDefinitions</c>.</summary>
    IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The cells of one object (in the served version), one per column.</summary>
    JsonArray Cells(JsonObject obj, DateTimeOffset now);
}
