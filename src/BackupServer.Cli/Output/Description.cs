namespace BackupServer.Cli.Output;

/// <summary>What <c>describe</c> prints: names with values, grouped and indented. What is not known is left out.</summary>
internal sealed class Description(TextWriter output)
{
    private const int Column = 28;
    private int _indent;

    /// <summary>A name with a value; nothing when the value is absent or empty.</summary>
    public void Line(string name, object? value)
    {
        var text = value switch
        {
            null => "",
            TimeSpan span => Duration(span),
            DateTimeOffset moment => Quantities.Time(moment),
            bool yes => yes ? "true" : "false",
            _ => value.ToString() ?? "",
        };
        if (text.Length > 0)
        {
            output.WriteLine($"{new string(' ', _indent)}{name + ":"}".PadRight(Column) + text);
        }
    }

    /// <summary>A name with several values, on one line.</summary>
    public void Line(string name, IEnumerable<string>? values) => Line(name, (object?)(values is null ? null : string.Join(", ", values)));

    /// <summary>A name with pairs, on one line.</summary>
    public void Line(string name, IEnumerable<KeyValuePair<string, string>>? pairs, string between = "=") =>
        Line(name, pairs?.Order(Comparer<KeyValuePair<string, string>>.Create(static (a, b) => string.CompareOrdinal(a.Key, b.Key))).Select(pair => pair.Key + between + pair.Value));

    /// <summary>A heading with lines below it, each on its own; nothing when there are none.</summary>
    public void List(string name, IEnumerable<string>? lines)
    {
        var all = lines?.ToList() ?? [];
        if (all.Count > 0)
        {
            Section(name, () => all.ForEach(line => output.WriteLine(new string(' ', _indent) + line)));
        }
    }

    /// <summary>A heading with lines below it.</summary>
    public void Section(string name, Action body)
    {
        output.WriteLine($"{new string(' ', _indent)}{name}:");
        _indent += 2;
        body();
        _indent -= 2;
    }

    private static string Duration(TimeSpan span) => $"{(long)span.TotalHours}h{span.Minutes}m{span.Seconds}s";
}
