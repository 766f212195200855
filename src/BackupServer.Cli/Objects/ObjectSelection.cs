namespace BackupServer.Cli.Objects;

/// <summary>Which objects of a kind a command means: by name, by label, or all.</summary>
/// <param name="Names">Names; empty for all that match.</param>
/// <param name="Selector">Label selector as kubectl writes it, or null.</param>
/// <param name="All">All of the namespace.</param>
/// <param name="AllNamespaces">Of every namespace.</param>
internal sealed record ObjectSelection(IReadOnlyList<string> Names, string? Selector = null, bool All = false, bool AllNamespaces = false)
{
    /// <summary>What is meant, in words.</summary>
    public override string ToString() => Names.Count > 0 ? string.Join(", ", Names) : Selector is not null ? $"all with {Selector}" : "all";
}
