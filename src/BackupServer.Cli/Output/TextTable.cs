namespace BackupServer.Cli.Output;

/// <summary>Aligned columns with a heading, as kubectl prints them: no lines, three spaces between columns.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row; as many cells as there are headings.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(OneLine)]);

    /// <summary>Prints heading and rows.</summary>
    public void Write(TextWriter output)
    {
        var widths = Enumerable.Range(0, headings.Length).Select(column => _rows.Append(headings).Max(row => row[column].Length)).ToArray();
        foreach (var row in _rows.Prepend(headings))
        {
            var cells = row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column]));
            output.WriteLine(string.Join("   ", cells).TrimEnd());
        }
    }

    private static string OneLine(string cell) => cell.AsSpan().IndexOfAny('\n', '\r') < 0 ? cell : cell.ReplaceLineEndings(" ");
}
