using System.Globalization;

namespace BackupServer.Cli.Output;

/// <summary>Sizes, ages and times for people.</summary>
internal static class Quantities
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>Bytes with three digits: <c>512 B</c>, <c>1.95 KiB</c>, <c>215 MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var value = (double)bytes;
        var unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        var digits = unit == 0 || value >= 100 ? "0" : value >= 10 ? "0.0" : "0.00";
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>A span of time in its two largest units: <c>45s</c>, <c>3m20s</c>, <c>5h</c>, <c>12d</c>.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { Ticks: < 0 } => "0s",
        { TotalMinutes: < 2 } => $"{(int)age.TotalSeconds}s",
        { TotalMinutes: < 10 } => $"{(int)age.TotalMinutes}m{Part(age.Seconds, "s")}",
        { TotalHours: < 3 } => $"{(int)age.TotalMinutes}m",
        { TotalHours: < 8 } => $"{(int)age.TotalHours}h{Part(age.Minutes, "m")}",
        { TotalHours: < 48 } => $"{(int)age.TotalHours}h",
        { TotalDays: < 8 } => $"{(int)age.TotalDays}d{Part(age.Hours, "h")}",
        _ => $"{(int)age.TotalDays}d",
    };

    /// <summary>A moment in UTC, to the second.</summary>
    public static string Time(DateTimeOffset? time) => time is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "";

    private static string Part(int number, string unit) => number == 0 ? "" : number + unit;
}
