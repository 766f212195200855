using System.Globalization;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>A CronJob schedule: five fields with names, ranges, lists and steps, or one of the @ words. Pure.</summary>
internal sealed class CronSchedule
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly HashSet<int> _minutes;
    private readonly HashSet<int> _hours;
    private readonly HashSet<int> _daysOfMonth;
    private readonly HashSet<int> _months;
    private readonly HashSet<int> _daysOfWeek;
    private readonly bool _eitherDay;

    private CronSchedule(string[] fields)
    {
        _minutes = Field(fields[0], 0, 59, [], 0);
        _hours = Field(fields[1], 0, 23, [], 0);
        _daysOfMonth = Field(fields[2], 1, 31, [], 0);
        _months = Field(fields[3], 1, 12, Months, 1);
        _daysOfWeek = [.. Field(fields[4], 0, 7, Days, 0).Select(day => day % 7)];
        // As in cron: when both days are restricted, either is enough.
        _eitherDay = !fields[2].StartsWith('*') && !fields[4].StartsWith('*');
    }

    /// <exception cref="FormatException">The text is no schedule.</exception>
    public static CronSchedule Parse(string text)
    {
        var fields = text.Trim() switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            var other => other,
        };
        var parts = fields.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts.Length == 5 ? new CronSchedule(parts) : throw new FormatException($"a schedule has five fields: \"{text}\"");
    }

    /// <summary>The first time after the given one, in whole minutes of the zone; null when there is none in four years.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(after, zone).DateTime;
        var minute = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0, DateTimeKind.Unspecified).AddMinutes(1);
        var end = minute.AddYears(4);
        while (minute < end)
        {
            if (!_months.Contains(minute.Month) || !IsDay(minute))
            {
                minute = minute.Date.AddDays(1);
            }
            else if (!_hours.Contains(minute.Hour))
            {
                minute = minute.Date.AddHours(minute.Hour + 1);
            }
            else if (!_minutes.Contains(minute.Minute) || zone.IsInvalidTime(minute))
            {
                minute = minute.AddMinutes(1);
            }
            else
            {
                var time = new DateTimeOffset(minute, zone.GetUtcOffset(minute)).ToUniversalTime();
                if (time > after) return time;
                minute = minute.AddMinutes(1);
            }
        }

        return null;
    }

    private static HashSet<int> Field(string text, int low, int high, string[] names, int firstName)
    {
        var values = new HashSet<int>();
        foreach (var part in text.Split(','))
        {
            var step = 1;
            var range = part;
            if (part.IndexOf('/') is > 0 and var slash)
            {
                step = Number(part[(slash + 1)..], [], 0);
                range = part[..slash];
                if (step <= 0) throw new FormatException($"a step must be positive: \"{part}\"");
            }

            int from, to;
            if (range is "*" or "?")
            {
                (from, to) = (low, high);
            }
            else
            {
                var ends = range.Split('-');
                from = Number(ends[0], names, firstName);
                to = ends.Length > 1 ? Number(ends[1], names, firstName) : range != part ? high : from;
            }

            if (from < low || to > high || from > to) throw new FormatException($"\"{part}\" is not within {low}-{high}");
            for (var value = from; value <= to; value += step) values.Add(value);
        }

        return values;
    }

    private static int Number(string text, string[] names, int firstName)
    {
        var index = Array.FindIndex(names, name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index + firstName : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private bool IsDay(DateTime day)
    {
        var ofMonth = _daysOfMonth.Contains(day.Day);
        var ofWeek = _daysOfWeek.Contains((int)day.DayOfWeek);
        return _eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek;
    }
}
