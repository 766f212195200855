using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Collecting;

/// <summary>What a backup takes: pure, from the specification and what the cluster serves. Namespaces are judged by name only.</summary>
public sealed class BackupScope
{
    private readonly KindFilter _kinds;
    private readonly BackupSpec _spec;
    private readonly bool _tenant;

    private BackupScope(BackupSpec spec, string? onlyNamespace, ApiCatalog catalog)
    {
        _spec = spec;
        _tenant = onlyNamespace is not null;
        _kinds = new KindFilter(spec.IncludedResources, spec.ExcludedResources, catalog);
        Namespaces = onlyNamespace is null
            ? new NameFilter(spec.IncludedNamespaces, spec.ExcludedNamespaces)
            : new NameFilter([onlyNamespace], spec.ExcludedNamespaces);
        Queries = LabelQuery.Of(spec.LabelSelector, spec.OrLabelSelectors);
        Types = [.. catalog.Types.Where(type => ReferenceEquals(catalog.Find(type.Resource.GroupResource), type) && IsListed(type, catalog))];
        Errors = [.. UnknownKinds(), .. FailedGroups(catalog)];
    }

    /// <summary>Kinds to list, each in the version the server prefers.</summary>
    public IReadOnlyList<ResourceType> Types { get; }

    /// <summary>Namespaces by name.</summary>
    public NameFilter Namespaces { get; }

    /// <summary>Label selectors to list with; one empty text for everything.</summary>
    public IReadOnlyList<string> Queries { get; }

    /// <summary>What the specification asks for and the cluster does not serve.</summary>
    public IReadOnlyList<RunMessage> Errors { get; }

    /// <summary>What the specification leaves out and the cluster does not serve: perhaps mistyped, and then in the backup.</summary>
    public IReadOnlyList<RunMessage> Warnings =>
    [
        .. _kinds.UnknownExcluded.Select(name => new RunMessage(
            name, "excludedResources names this kind, but the cluster serves none of that name, so it leaves nothing out.")),
    ];

    /// <summary>Whether every cluster-scoped object is taken, not only those that others refer to.</summary>
    public bool AllClusterObjects => _spec.IncludeClusterResources ?? (!_tenant && Namespaces.IsEverything);

    /// <summary>Whether objects are chosen by labels.</summary>
    public bool SelectsByLabels => Queries is not [""];

    /// <summary>Reads a specification.</summary>
    /// <param name="spec">A valid specification.</param>
    /// <param name="onlyNamespace">The one namespace that may be taken; null for the whole cluster.</param>
    /// <param name="catalog">What the cluster serves.</param>
    /// <exception cref="FormatException">A namespace pattern is malformed.</exception>
    public static BackupScope Of(BackupSpec spec, string? onlyNamespace, ApiCatalog catalog) => new(spec, onlyNamespace, catalog);

    /// <summary>Whether a kind is selected by name.</summary>
    public bool Selects(GroupResource kind) => _kinds.Matches(kind);

    /// <summary>Whether an object that another one refers to may be taken.</summary>
    public bool AllowsRelated(ResourceType type, string objectNamespace)
    {
        var kind = type.Resource.GroupResource;
        if (type.Namespaced)
        {
            return _kinds.Matches(kind) && Namespaces.Matches(objectNamespace);
        }

        // Instances are useless without their definition, so naming the instances' kind alone does not leave it out.
        var selected = kind == WellKnown.Definitions ? !_kinds.Excludes(kind) : _kinds.Matches(kind);
        return selected && _spec.IncludeClusterResources != false && !_tenant;
    }

    private bool IsListed(ResourceType type, ApiCatalog catalog) =>
        type.Resource.GroupResource != WellKnown.Namespaces
        && type.Verbs.Contains("list") && type.Verbs.Contains("get") && type.Verbs.Contains("create")
        && (type.Namespaced || (AllClusterObjects && !_tenant))
        && IsSelected(type.Resource.GroupResource, catalog);

    // A kind that is also served by another group is selected by either name, and taken under one.
    private bool IsSelected(GroupResource kind, ApiCatalog catalog) =>
        CohabitingKinds.TakenAs(kind, catalog) is null
        && (_kinds.Matches(kind)
            || (!_kinds.Excludes(kind)
                && catalog.Types.Any(other => CohabitingKinds.TakenAs(other.Resource.GroupResource, catalog) == kind && _kinds.Matches(other.Resource.GroupResource))));

    private IEnumerable<RunMessage> UnknownKinds() => _kinds.Unknown.Select(name => new RunMessage(
        name, "includedResources names this kind, but the cluster serves none of that name, so nothing of it is in the backup. See kubectl api-resources for the names."));

    private IEnumerable<RunMessage> FailedGroups(ApiCatalog catalog) =>
        _kinds.NamesKinds && _kinds.Unknown.Count == 0
            ? []
            : catalog.Failures.Select(failure => new RunMessage(
                failure.GroupVersion,
                $"The API server could not say which kinds this group has ({failure.Message}), so objects of its kinds are not in the backup. Bring its API service up, or exclude it by naming the kinds to take."));
}
