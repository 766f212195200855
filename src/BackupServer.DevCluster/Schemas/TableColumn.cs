namespace BackupServer.DevCluster.Schemas;

/// <summary>A column of a Table.</summary>
/// <param name="Name">Title.</param>
/// <param name="Type">string, integer, number, boolean or date.</param>
/// <param name="Format">Format, or empty (<c>name</c> for the first column).</param>
/// <param name="Priority">0 is always shown, others with <c>-o wide</c>.</param>
/// <param name="Description">Description shown by clients, or empty.</param>
internal sealed record TableColumn(string Name, string Type = "string", string Format = "", int Priority = 0, string Description = "");
