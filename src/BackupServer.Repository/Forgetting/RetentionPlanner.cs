namespace BackupServer.Repository.Forgetting;

/// <summary>Applies a policy. Pure: nothing is read and nothing removed.</summary>
public static class RetentionPlanner
{
    /// <summary>
    /// Decides about one series. Hours, days and so on are those of <paramref name="zone"/>; periods count back from the newest backup that is
    /// not in the future, so that a clock set back keeps nothing from being kept.
    /// </summary>
    public static RetentionPlan<T> Plan<T>(
        IEnumerable<T> items,
        Func<T, DateTimeOffset> timeOf,
        Func<T, IReadOnlyList<string>> tagsOf,
        RetentionPolicy policy,
        TimeZoneInfo zone,
        DateTimeOffset now)
    {
        var series = items.OrderByDescending(timeOf).ToList();
        if (policy.IsEmpty || series.Count == 0)
        {
            return new RetentionPlan<T>([.. series.Select(static item => new KeptItem<T>(item, []))], []);
        }

        var past = series.Select(timeOf).Where(time => time <= now);
        var newest = TimeZoneInfo.ConvertTime(past.DefaultIfEmpty(timeOf(series[0])).First(), zone);
        var rules = RetentionRule.Of(policy, newest).ToList();
        var kept = new List<KeptItem<T>>();
        var removed = new List<T>();
        for (var position = 0; position < series.Count; position++)
        {
            var item = series[position];
            var local = TimeZoneInfo.ConvertTime(timeOf(item), zone).DateTime;
            var isOldest = position == series.Count - 1;
            var reasons = policy.KeepTags.Intersect(tagsOf(item)).Select(static tag => $"tag {tag}")
                .Concat(rules.Select(rule => rule.Keeps(timeOf(item), local, position, isOldest)).OfType<string>())
                .ToList();
            if (reasons.Count > 0)
            {
                kept.Add(new KeptItem<T>(item, reasons));
            }
            else
            {
                removed.Add(item);
            }
        }

        return new RetentionPlan<T>(kept, removed);
    }
}
