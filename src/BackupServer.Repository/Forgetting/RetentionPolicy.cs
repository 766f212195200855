namespace BackupServer.Repository.Forgetting;

/// <summary>
/// What to keep, as stock restic's <c>forget</c> understands it. Counts: 0 is no rule, -1 is no limit. Rules add up. A policy without any rule
/// keeps everything.
/// </summary>
public sealed record RetentionPolicy
{
    /// <summary>The newest ones.</summary>
    public int KeepLast { get; init; }

    /// <summary>The newest of each of the last hours that have any.</summary>
    public int KeepHourly { get; init; }

    /// <summary>The newest of each of the last days that have any.</summary>
    public int KeepDaily { get; init; }

    /// <summary>The newest of each of the last ISO weeks that have any.</summary>
    public int KeepWeekly { get; init; }

    /// <summary>The newest of each of the last months that have any.</summary>
    public int KeepMonthly { get; init; }

    /// <summary>The newest of each of the last years that have any.</summary>
    public int KeepYearly { get; init; }

    /// <summary>All that are younger, counted back from the newest.</summary>
    public RetentionPeriod KeepWithin { get; init; }

    /// <summary>The newest of each hour within the period.</summary>
    public RetentionPeriod KeepWithinHourly { get; init; }

    /// <summary>The newest of each day within the period.</summary>
    public RetentionPeriod KeepWithinDaily { get; init; }

    /// <summary>The newest of each ISO week within the period.</summary>
    public RetentionPeriod KeepWithinWeekly { get; init; }

    /// <summary>The newest of each month within the period.</summary>
    public RetentionPeriod KeepWithinMonthly { get; init; }

    /// <summary>The newest of each year within the period.</summary>
    public RetentionPeriod KeepWithinYearly { get; init; }

    /// <summary>All that have one of these tags.</summary>
    public IReadOnlyList<string> KeepTags { get; init; } = [];

    /// <summary>Whether there is no rule at all.</summary>
    public bool IsEmpty => KeepTags.Count == 0 && this with { KeepTags = [] } == new RetentionPolicy { KeepTags = [] };
}
