using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;

namespace BackupServer.Engine.Selecting;

/// <summary>Includes and excludes of kinds, resolved against what a cluster serves or a backup holds.</summary>
public sealed class KindFilter
{
    private readonly HashSet<GroupResource>? _included;
    private readonly HashSet<GroupResource> _excluded;

    /// <summary>Resolves the names. Names of included kinds that mean nothing are <see cref="Unknown"/> and never turn into everything.</summary>
    public KindFilter(IReadOnlyList<string>? included, IReadOnlyList<string>? excluded, ApiCatalog catalog)
    {
        _excluded = [.. (excluded ?? []).SelectMany(name => KindNames.Resolve(name, catalog))];
        UnknownExcluded = [.. (excluded ?? []).Where(name => KindNames.IsUnknown(name, catalog))];
        if (included is not { Count: > 0 } || included.Contains("*"))
        {
            return;
        }

        var resolved = included.Select(name => (Name: name, Kinds: KindNames.Resolve(name, catalog))).ToList();
        Unknown = [.. resolved.Where(entry => entry.Kinds.Count == 0).Select(entry => entry.Name)];
        _included = [.. resolved.SelectMany(entry => entry.Kinds)];
    }

    /// <summary>Included names that no kind has.</summary>
    public IReadOnlyList<string> Unknown { get; } = [];

    /// <summary>Excluded names that no kind has.</summary>
    public IReadOnlyList<string> UnknownExcluded { get; }

    /// <summary>Whether kinds are named one by one.</summary>
    public bool NamesKinds => _included is not null;

    /// <summary>Whether a kind is in.</summary>
    public bool Matches(GroupResource kind) => !Excludes(kind) && (_included is null || _included.Contains(kind));

    /// <summary>Whether a kind is excluded by name.</summary>
    public bool Excludes(GroupResource kind) => _excluded.Contains(kind);
}
