using System.Globalization;

namespace BackupServer.Abstractions.Schedules;

/// <summary>One field of a cron expression: which of its values are meant. Syntax as crontab(5): <c>*</c>, <c>a</c>, <c>a-b</c>, <c>*/n</c>, <c>a-b/n</c>, <c>a/n</c>, lists, names.</summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="First">Its least value.</param>
/// <param name="Last">Its greatest value.</param>
/// <param name="Words">Names of its values from the first on; empty when it has none.</param>
internal sealed record CronField(string Name, int First, int Last, IReadOnlyList<string> Words)
{
    /// <summary>The five fields in their order. Both 0 and 7 are Sunday.</summary>
    public static IReadOnlyList<CronField> All { get; } =
    [
        new("minute", 0, 59, []),
        new("hour", 0, 23, []),
        new("day of month", 1, 31, []),
        new("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]),
        new("day of week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
    ];

    /// <summary>Reads a field.</summary>
    /// <param name="text">What stands in the expression.</param>
    /// <param name="values">A bit for each value that is meant.</param>
    /// <param name="isAny">Whether it leaves the value open, which decides how the two day fields combine.</param>
    /// <returns>What is wrong with it; null when it is good.</returns>
    public string? Parse(string text, out ulong values, out bool isAny)
    {
        values = 0;
        isAny = false;
        foreach (var part in text.Split(','))
        {
            if (ParsePart(part, ref values, ref isAny) is { } problem)
            {
                return $"\"{text}\" is no {Name}: {problem}";
            }
        }

        return null;
    }

    private string? ParsePart(string part, ref ulong values, ref bool isAny)
    {
        var slash = part.IndexOf('/', StringComparison.Ordinal);
        var range = slash < 0 ? part : part[..slash];
        var step = 1;
        if (slash >= 0 && (!int.TryParse(part.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out step) || step < 1))
        {
            return $"\"{part[(slash + 1)..]}\" after / is no number of at least 1";
        }

        var (from, to) = (First, Last);
        if (range is "*" or "?")
        {
            // As in Velero: a step of more than one makes it a restriction.
            isAny |= step == 1;
        }
        else if (ParseRange(range, openEnd: slash >= 0, ref from, ref to) is { } problem)
        {
            return problem;
        }

        for (var value = from; value <= to; value += step)
        {
            values |= 1UL << value;
        }

        return null;
    }

    private string? ParseRange(string range, bool openEnd, ref int from, ref int to)
    {
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        var (low, high) = dash < 0 ? (range, range) : (range[..dash], range[(dash + 1)..]);
        if (ValueOf(low) is not { } first || ValueOf(high) is not { } last)
        {
            return $"\"{(ValueOf(low) is null ? low : high)}\" is not in {First}-{Last}{(Words.Count > 0 ? $" or {Words[0]}-{Words[^1]}" : "")}";
        }

        (from, to) = (first, dash < 0 && openEnd ? Last : last);
        return from <= to ? null : $"{range} begins after its end; write two ranges";
    }

    private int? ValueOf(string text)
    {
        for (var i = 0; i < Words.Count; i++)
        {
            if (Words[i].Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return First + i;
            }
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= First && value <= Last ? value : null;
    }
}
