namespace BackupServer.Abstractions.Schedules;

/// <summary>
/// A five-field cron expression in a time zone. The fields are evaluated on the wall clock; a wall time that the zone skips becomes the first
/// instant after the gap, and one that comes twice the first of the two, so each runs exactly once (golden/schedule).
/// </summary>
internal sealed class CronSchedule : IScheduleExpression
{
    private static readonly TimeSpan LongestGap = TimeSpan.FromHours(25);

    private readonly CronFields _wallClock;
    private readonly TimeZoneInfo _zone;

    private CronSchedule(CronFields wallClock, TimeZoneInfo zone)
    {
        _wallClock = wallClock;
        _zone = zone;
    }

    /// <summary>Reads five fields; null and a reason when they are none.</summary>
    public static CronSchedule? TryParse(string fields, TimeZoneInfo zone, out string? problem) =>
        CronFields.TryParse(fields, out problem) is { } wallClock ? new CronSchedule(wallClock, zone) : null;

    /// <inheritdoc/>
    public DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        // A gap can move an earlier wall time to a later instant (Samoa skipped a whole day); where the clock was not moved, there is none.
        var wall = TimeZoneInfo.ConvertTime(instant, _zone).DateTime;
        wall = _zone.GetUtcOffset(instant) == _zone.GetUtcOffset(instant - LongestGap) ? wall : wall - LongestGap;
        while (_wallClock.NextAfter(wall) is { } next)
        {
            var candidate = InstantOf(next);
            if (candidate > instant)
            {
                return candidate;
            }

            wall = next;
        }

        return null;
    }

    private DateTimeOffset InstantOf(DateTime wall)
    {
        var offset = _zone.IsAmbiguousTime(wall) ? _zone.GetAmbiguousTimeOffsets(wall).Max() : _zone.GetUtcOffset(wall);
        var instant = new DateTimeOffset(DateTime.SpecifyKind(wall, DateTimeKind.Unspecified), offset).ToUniversalTime();

        // Asked back rather than TimeZoneInfo.IsInvalidTime, which does not know gaps of a whole day.
        return TimeZoneInfo.ConvertTime(instant, _zone).DateTime == wall ? instant : EndOfGap(wall);
    }

    /// <summary>Bisects for the first instant whose wall time is after the skipped one: the transition itself.</summary>
    private DateTimeOffset EndOfGap(DateTime wall)
    {
        var low = new DateTimeOffset(wall, TimeSpan.Zero) - TimeSpan.FromHours(38);
        var high = low + TimeSpan.FromHours(76);
        while (high - low > TimeSpan.FromSeconds(1))
        {
            var middle = low + TimeSpan.FromSeconds(Math.Floor((high - low).TotalSeconds / 2));
            if (TimeZoneInfo.ConvertTime(middle, _zone).DateTime > wall)
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return high;
    }
}
