namespace BackupServer.Repository.Tagging;

/// <summary>What becomes of the tags of a snapshot: all are replaced, or some are added and others removed.</summary>
public sealed record TagChange
{
    /// <summary>The tags afterwards; empty for none. Null leaves the others in place.</summary>
    public IReadOnlyList<string>? Set { get; init; }

    /// <summary>Tags to add.</summary>
    public IReadOnlyList<string> Add { get; init; } = [];

    /// <summary>Tags to remove.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>The tags afterwards, none twice.</summary>
    public IReadOnlyList<string> Apply(IReadOnlyList<string> tags) => [.. (Set ?? [.. tags, .. Add]).Except(Remove).Distinct()];
}
