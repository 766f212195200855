namespace BackupServer.Repository.Checking;

/// <summary>Something that is wrong, and what it harms.</summary>
/// <param name="Kind">Its class.</param>
/// <param name="Message">Which object, and how it is wrong.</param>
/// <param name="Affected">Snapshots and paths that cannot be restored whole; empty if another copy serves, or nothing uses it.</param>
/// <param name="MoreAffected">Whether there are more than were written down.</param>
public sealed record CheckProblem(
    CheckProblemKind Kind, string Message, IReadOnlyList<AffectedPath> Affected, bool MoreAffected)
{
    /// <summary>Which command repairs it, and what is lost then.</summary>
    public string Repair => RepairAdvice.For(Kind);

    /// <inheritdoc/>
    public override string ToString() =>
        Affected.Count == 0 ? Message : $"{Message}; affects {string.Join(", ", Affected)}{(MoreAffected ? " and more" : string.Empty)}";
}
