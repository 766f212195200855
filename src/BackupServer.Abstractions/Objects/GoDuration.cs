using System.Globalization;
using System.Text;

namespace BackupServer.Abstractions.Objects;

/// <summary>Durations as Go's <c>time.ParseDuration</c> reads them: <c>1h30m</c>, <c>1.5s</c>, <c>-2m</c>, <c>250ms</c>.</summary>
public static class GoDuration
{
    /// <summary>Reads a duration; false when the text is none or does not fit.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return true;
        }

        var ticks = 0m;
        if (rest.IsEmpty)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..];
            var unitLength = rest.IndexOfAny("0123456789.");
            var unit = unitLength < 0 ? rest : rest[..unitLength];
            var factor = TicksOf(unit);
            if (factor is null || number > long.MaxValue / factor)
            {
                return false;
            }

            ticks += number * factor.Value;
            rest = rest[unit.Length..];
        }

        if (ticks > long.MaxValue)
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)(negative ? -ticks : ticks));
        return true;
    }

    /// <summary>Writes a duration as Go's <c>Duration.String</c> does.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        var text = new StringBuilder();
        var rest = value;
        if (value < TimeSpan.Zero)
        {
            text.Append('-');
            rest = -value;
        }

        if (rest < TimeSpan.FromSeconds(1))
        {
            return text.Append((rest.TotalMilliseconds).ToString("0.####", CultureInfo.InvariantCulture)).Append("ms").ToString();
        }

        var hours = (long)rest.TotalHours;
        if (hours > 0)
        {
            text.Append(hours).Append('h');
        }

        if (hours > 0 || rest.Minutes > 0)
        {
            text.Append(rest.Minutes).Append('m');
        }

        var seconds = (rest.Ticks % TimeSpan.TicksPerMinute) / (decimal)TimeSpan.TicksPerSecond;
        return text.Append(seconds.ToString("0.#######", CultureInfo.InvariantCulture)).Append('s').ToString();
    }

    private static decimal? TicksOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 0.01m,
        "us" or "µs" => 10m,
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        _ => null,
    };
}
