namespace BackupServer.Abstractions.Resources.Backups;

/// <summary>How much of what was selected is protected.</summary>
public sealed record BackupCoverage
{
    /// <summary>Objects and volumes that can be restored from this backup.</summary>
    public int Protected { get; set; }

    /// <summary>Objects and volumes that were selected and can not.</summary>
    public int Unprotected { get; set; }

    /// <summary>The first ten of these, each with its reason, and how many more there are.</summary>
    public List<string>? UnprotectedItems { get; set; }
}
