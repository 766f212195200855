namespace BackupServer.Abstractions.Schedules;

/// <summary>A five-field cron expression on a wall clock without time zone. When both day fields are restricted, a day that suits one of them is enough (crontab(5)).</summary>
internal sealed class CronFields
{
    // Leap years are at most eight years apart (1896 to 1904, 2096 to 2104).
    private const int LongestGapYears = 9;

    private readonly ulong[] _values;
    private readonly bool _anyDay;
    private readonly bool _anyWeekday;

    private CronFields(ulong[] values, bool anyDay, bool anyWeekday)
    {
        // 7 is Sunday too.
        values[4] |= values[4] >> 7 & 1;
        (_values, _anyDay, _anyWeekday) = (values, anyDay, anyWeekday);
    }

    /// <summary>Reads five fields; null and everything that is wrong when they are none, or when no day of any year suits them.</summary>
    public static CronFields? TryParse(string text, out string? problem)
    {
        var parts = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != CronField.All.Count)
        {
            problem = "five fields are needed: " + string.Join(", ", CronField.All.Select(static field => field.Name));
            return null;
        }

        var values = new ulong[parts.Length];
        var any = new bool[parts.Length];
        var problems = new List<string>();
        for (var i = 0; i < parts.Length; i++)
        {
            if (CronField.All[i].Parse(parts[i], out values[i], out any[i]) is { } wrong)
            {
                problems.Add(wrong);
            }
        }

        var fields = new CronFields(values, any[2], any[4]);
        if (problems.Count == 0 && fields.NextAfter(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Unspecified)) is null)
        {
            problems.Add($"it never comes, for no month {parts[3]} has a day {parts[2]}");
        }

        problem = problems.Count == 0 ? null : string.Join("; ", problems);
        return problem is null ? fields : null;
    }

    /// <summary>The first minute strictly after a wall time that suits; null when there is none.</summary>
    public DateTime? NextAfter(DateTime wall)
    {
        var next = new DateTime(wall.Year, wall.Month, wall.Day, wall.Hour, wall.Minute, 0, DateTimeKind.Unspecified).AddMinutes(1);
        var end = next.Year + LongestGapYears;
        while (next.Year < end)
        {
            if (!Has(3, next.Month))
            {
                next = new DateTime(next.Year, next.Month, 1, 0, 0, 0, DateTimeKind.Unspecified).AddMonths(1);
            }
            else if (!SuitsDay(next))
            {
                next = next.Date.AddDays(1);
            }
            else if (!Has(1, next.Hour))
            {
                next = next.Date.AddHours(next.Hour + 1);
            }
            else if (!Has(0, next.Minute))
            {
                next = next.AddMinutes(1);
            }
            else
            {
                return next;
            }
        }

        return null;
    }

    private bool SuitsDay(DateTime wall) => _anyDay || _anyWeekday
        ? Has(2, wall.Day) && Has(4, (int)wall.DayOfWeek)
        : Has(2, wall.Day) || Has(4, (int)wall.DayOfWeek);

    private bool Has(int field, int value) => (_values[field] >> value & 1) != 0;
}
