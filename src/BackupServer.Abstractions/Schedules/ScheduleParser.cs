using System.Security.Cryptography;
using System.Text;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Abstractions.Schedules;

/// <summary>Reads what <c>spec.schedule</c> and <c>spec.timeZone</c> say.</summary>
public static class ScheduleParser
{
    private const string ZonePrefix = "CRON_TZ=";

    /// <summary>Reads a schedule.</summary>
    /// <param name="schedule">Five cron fields, a macro, <c>@every</c> or <c>@daily-random</c>; <c>CRON_TZ=zone</c> in front wins over the zone.</param>
    /// <param name="timeZone">IANA name; null for UTC.</param>
    /// <param name="identity">Namespace and name of the schedule, from which <c>@daily-random</c> takes its time of day.</param>
    /// <param name="problems">One sentence for each problem, naming field and value.</param>
    /// <returns>Null when there is a problem.</returns>
    public static IScheduleExpression? Parse(string schedule, string? timeZone, ObjectName identity, ICollection<string> problems)
    {
        var (text, zoneName, inSchedule) = Split(schedule, timeZone);
        var zoneField = inSchedule ? "spec.schedule" : "spec.timeZone";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out var zone))
        {
            problems.Add($"{zoneField}: \"{zoneName}\" is no IANA time zone such as Europe/Berlin, or this machine has no data for it");
        }

        var expression = ParseTicks(text, schedule, zone ?? TimeZoneInfo.Utc, identity, problems);
        return zone is null ? null : expression;
    }

    /// <summary>The zone in which the ticks of a valid schedule are meant.</summary>
    public static TimeZoneInfo ZoneOf(string schedule, string? timeZone) => TimeZoneInfo.FindSystemTimeZoneById(Split(schedule, timeZone).Zone);

    private static (string Ticks, string Zone, bool InSchedule) Split(string schedule, string? timeZone)
    {
        var text = schedule.Trim();
        if (!text.StartsWith(ZonePrefix, StringComparison.Ordinal))
        {
            return (text, timeZone ?? "UTC", false);
        }

        var end = text.IndexOf(' ', StringComparison.Ordinal);
        return end < 0 ? ("", text[ZonePrefix.Length..], true) : (text[end..].Trim(), text[ZonePrefix.Length..end], true);
    }

    private static IScheduleExpression? ParseTicks(string text, string whole, TimeZoneInfo zone, ObjectName identity, ICollection<string> problems)
    {
        if (text.StartsWith("@every ", StringComparison.Ordinal))
        {
            if (GoDuration.TryParse(text["@every ".Length..].Trim(), out var interval) && interval >= TimeSpan.FromSeconds(1))
            {
                return new IntervalSchedule(interval);
            }

            problems.Add($"spec.schedule: \"{whole}\" needs a duration of at least 1s after @every, such as 1h30m");
            return null;
        }

        var fields = text switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            "@daily-random" => DailyRandom(identity),
            _ => text,
        };
        var cron = CronSchedule.TryParse(fields, zone, out var problem);
        if (cron is null)
        {
            problems.Add($"spec.schedule: \"{whole}\" is no schedule: {problem}");
        }

        return cron;
    }

    /// <summary>A minute of the day that stays the same for a name and is spread evenly over names.</summary>
    private static string DailyRandom(ObjectName identity)
    {
        var minute = StableNumber(identity) % (24 * 60);
        return $"{minute % 60} {minute / 60} * * *";
    }

    /// <summary>A number that depends on nothing but the name.</summary>
    public static ulong StableNumber(ObjectName identity) =>
        BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(identity.ToString())));
}
