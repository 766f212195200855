using System.Globalization;
using System.Text;

namespace BackupServer.Repository.Forgetting;

/// <summary>A span of calendar time, written <c>1y5m7d2h</c>.</summary>
public readonly record struct RetentionPeriod(int Years, int Months, int Days, int Hours)
{
    /// <summary>Whether it is no time at all.</summary>
    public bool IsZero => this == default;

    /// <summary>Reads numbers, each followed by y, m, d or h.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static RetentionPeriod Parse(string text)
    {
        var period = default(RetentionPeriod);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAnyExceptInRange('0', '9');
            if (end < 1 || !int.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw Invalid(text);
            }

            period = rest[end] switch
            {
                'y' => period with { Years = number },
                'm' => period with { Months = number },
                'd' => period with { Days = number },
                'h' => period with { Hours = number },
                _ => throw Invalid(text),
            };
            rest = rest[(end + 1)..];
        }

        return period;
    }

    /// <summary>
    /// The moment this long before <paramref name="time"/>. A day that its month does not have runs over into the next month: one month before
    /// March 31 is March 3, or March 2 in a leap year.
    /// </summary>
    public DateTimeOffset Before(DateTimeOffset time)
    {
        var months = (time.Year * 12) + time.Month - 1 - (Years * 12) - Months;
        if (months < 12)
        {
            return DateTimeOffset.MinValue;
        }

        var first = new DateTimeOffset(months / 12, (months % 12) + 1, 1, 0, 0, 0, time.Offset);
        return first.AddDays(time.Day - 1 - Days).Add(time.TimeOfDay).AddHours(-Hours);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (number, unit) in ((int, char)[])[(Years, 'y'), (Months, 'm'), (Days, 'd'), (Hours, 'h')])
        {
            if (number != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{number}{unit}");
            }
        }

        return text.ToString();
    }

    private static FormatException Invalid(string text) =>
        new($"'{text}' is not a period: numbers followed by y, m, d or h are expected, such as 1y6m or 14d");
}
