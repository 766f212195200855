using System.Globalization;

namespace BackupServer.Repository.Forgetting;

/// <summary>One rule while it walks a series from the newest to the oldest: the first of each bucket is kept while the count lasts.</summary>
internal sealed class RetentionRule(string name, int count, DateTimeOffset? notBefore, Func<DateTime, int, int> bucketOf)
{
    private int _left = count;
    private int _last = -1;

    public static IEnumerable<RetentionRule> Of(RetentionPolicy policy, DateTimeOffset newest)
    {
        static int Each(DateTime time, int position) => position;

        yield return new("last", policy.KeepLast, null, Each);
        yield return new("hourly", policy.KeepHourly, null, Hour);
        yield return new("daily", policy.KeepDaily, null, Day);
        yield return new("weekly", policy.KeepWeekly, null, Week);
        yield return new("monthly", policy.KeepMonthly, null, Month);
        yield return new("yearly", policy.KeepYearly, null, Year);
        foreach (var (rule, period, bucketOf) in ((string, RetentionPeriod, Func<DateTime, int, int>)[])
        [
            (string.Empty, policy.KeepWithin, Each),
            ("hourly ", policy.KeepWithinHourly, Hour),
            ("daily ", policy.KeepWithinDaily, Day),
            ("weekly ", policy.KeepWithinWeekly, Week),
            ("monthly ", policy.KeepWithinMonthly, Month),
            ("yearly ", policy.KeepWithinYearly, Year),
        ])
        {
            yield return new($"{rule}within {period}", period.IsZero ? 0 : -1, period.Before(newest), bucketOf);
        }
    }

    /// <summary>Why this rule keeps the backup, or null.</summary>
    public string? Keeps(DateTimeOffset time, DateTime local, int position, bool isOldest)
    {
        if (_left == 0 || time <= notBefore)
        {
            return null;
        }

        var bucket = bucketOf(local, position);
        var isNew = bucket != _last;
        if (!isNew && !isOldest)
        {
            return null;
        }

        _last = bucket;
        _left -= _left > 0 ? 1 : 0;
        return isNew ? name : "oldest " + name;
    }

    private static int Hour(DateTime time, int position) => (Day(time, position) * 24) + time.Hour;

    private static int Day(DateTime time, int position) => (time.Year * 366) + time.DayOfYear;

    private static int Week(DateTime time, int position) => (ISOWeek.GetYear(time) * 100) + ISOWeek.GetWeekOfYear(time);

    private static int Month(DateTime time, int position) => (time.Year * 12) + time.Month;

    private static int Year(DateTime time, int position) => time.Year;
}
