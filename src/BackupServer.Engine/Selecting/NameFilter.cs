namespace BackupServer.Engine.Selecting;

/// <summary>Includes and excludes of names; what is excluded is out, whatever includes it. No includes mean everything.</summary>
public sealed class NameFilter
{
    private readonly IReadOnlyList<GlobPattern> _included;
    private readonly IReadOnlyList<GlobPattern> _excluded;

    /// <summary>Reads the patterns.</summary>
    /// <exception cref="FormatException">A pattern is malformed.</exception>
    public NameFilter(IEnumerable<string>? included, IEnumerable<string>? excluded)
    {
        _included = [.. (included ?? []).Select(GlobPattern.Parse)];
        _excluded = [.. (excluded ?? []).Select(GlobPattern.Parse)];
    }

    /// <summary>Whether the filter lets every name through.</summary>
    public bool IsEverything => _excluded.Count == 0 && IncludesEverything;

    /// <summary>Whether no include narrows it; excludes may.</summary>
    public bool IncludesEverything => _included.Count == 0 || _included.Any(pattern => pattern.Text == "*");

    /// <summary>Names that are included one by one, not by a pattern: each is expected to exist.</summary>
    public IEnumerable<string> PlainNames => _included.Where(pattern => pattern.IsPlainName).Select(pattern => pattern.Text);

    /// <summary>Includes that are patterns and match none of some names.</summary>
    public IEnumerable<string> PatternsWithoutMatch(IReadOnlyCollection<string> names) =>
        _included.Where(pattern => !pattern.IsPlainName && pattern.Text != "*" && !names.Any(pattern.Matches)).Select(pattern => pattern.Text);

    /// <summary>Whether a name is in.</summary>
    public bool Matches(string name) =>
        !_excluded.Any(pattern => pattern.Matches(name)) && (_included.Count == 0 || _included.Any(pattern => pattern.Matches(name)));
}
