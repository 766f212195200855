namespace BackupServer.Cli.Output;

/// <summary>Aligned columns with a heading, as kubectl prints them: no lines, three spaces between columns.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];
    private int[]? _widths;

    /// <summary>Adds a row; as many cells as there are headings.</summary>
    public void Add(params string[] cells) => _rows.Add([.. cells.Select(OneLine)]);

    /// <summary>Prints heading and rows. Called again, it prints the rows that were added since, in the same columns.</summary>
    public void Write(TextWriter output)
    {
        var isFirst = _widths is null;
        _widths ??= [.. Enumerable.Range(0, headings.Length).Select(column => _rows.Append(headings).Max(row => row[column].Length))];
        foreach (var row in isFirst ? _rows.Prepend(headings) : _rows)
        {
            var cells = row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(_widths[column]));
            output.WriteLine(string.Join("   ", cells).TrimEnd());
        }

        _rows.Clear();
    }

    private static string OneLine(string cell) => cell.AsSpan().IndexOfAny('\n', '\r') < 0 ? cell : cell.ReplaceLineEndings(" ");
}
