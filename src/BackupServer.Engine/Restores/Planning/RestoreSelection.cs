using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>Which objects of a backup are selected: by the filters, or because a selected one is of no use without them. Pure.</summary>
internal sealed class RestoreSelection
{
    private readonly RestorePlanInput _input;
    private readonly Dictionary<ObjectReference, StoredItem> _byReference;
    private readonly KindFilter _kinds;
    private readonly NameFilter _namespaces;
    private readonly bool _allClusterObjects;
    private readonly HashSet<ObjectReference> _selected = [];

    public RestoreSelection(RestorePlanInput input)
    {
        _input = input;
        var spec = input.Spec;
        _byReference = input.Items.DistinctBy(item => item.Reference).ToDictionary(item => item.Reference);
        Catalog = WithKindsOfBackup(input);
        _kinds = new KindFilter(spec.IncludedResources, spec.ExcludedResources, Catalog);
        _namespaces = new NameFilter(spec.IncludedNamespaces, spec.ExcludedNamespaces);
        _allClusterObjects = input.OnlyNamespace is null && (spec.IncludeClusterResources ?? _namespaces.IsEverything);
        Select();
    }

    /// <summary>What the target serves, and what the backup holds instances of.</summary>
    public ApiCatalog Catalog { get; }

    public NameFilter Namespaces => _namespaces;

    public bool IsSelected(StoredItem item) => _selected.Contains(item.Reference);

    public bool SelectsKind(GroupResource kind) => _kinds.Matches(kind);

    public StoredItem? Find(ObjectReference reference) => _byReference.GetValueOrDefault(reference);

    /// <summary>Why an object is not selected.</summary>
    public SkipReason ReasonFor(StoredItem item) =>
        IsNamespaced(item) && !IsNamespaceSelected(item.Line.Namespace) ? SkipReason.ExcludedNamespace
        : item.Reference.Resource == WellKnown.Namespaces && !IsNamespaceSelected(item.Line.Name) ? SkipReason.ExcludedNamespace
        : !_kinds.Matches(item.Reference.Resource) ? SkipReason.ExcludedKind
        : !IsNamespaced(item) && !_allClusterObjects && item.Reference.Resource != WellKnown.Namespaces ? SkipReason.ClusterScopeExcluded
        : SkipReason.SelectorMismatch;

    private static bool IsNamespaced(StoredItem item) => item.Line.Namespace.Length > 0;

    // The mapping must not lead out of the one namespace that a tenant may write to.
    private bool IsNamespaceSelected(string name) =>
        _namespaces.Matches(name)
        && (_input.OnlyNamespace is not { } only || (_input.Spec.NamespaceMapping?.GetValueOrDefault(name, name) ?? name) == only);

    private void Select()
    {
        var accounts = _input.Items
            .SelectMany(item => item.Accounts.Select(account => (Account: account, Binding: item)))
            .ToLookup(entry => entry.Account, entry => entry.Binding);
        var queue = new Queue<StoredItem>(_input.Items.Where(IsSelectedByFilters));
        while (queue.TryDequeue(out var item))
        {
            if (!_selected.Add(item.Reference))
            {
                continue;
            }

            var related = item.Related.Select(Find).OfType<StoredItem>();
            if (item.Reference.Resource == WellKnown.ServiceAccounts)
            {
                related = related.Concat(accounts[item.Reference.Name]);
            }

            foreach (var other in related.Where(IsAllowedAsRelated))
            {
                queue.Enqueue(other);
            }
        }

        SelectNamespaces();
    }

    private bool IsSelectedByFilters(StoredItem item) =>
        item.Reference.Resource != WellKnown.Namespaces
        && _kinds.Matches(item.Reference.Resource)
        && (IsNamespaced(item) ? IsNamespaceSelected(item.Line.Namespace) : _allClusterObjects)
        && LabelQuery.Matches(_input.Spec.LabelSelector, _input.Spec.OrLabelSelectors, item.Labels);

    private bool IsAllowedAsRelated(StoredItem item)
    {
        var kind = item.Reference.Resource;
        return IsNamespaced(item)
            ? _kinds.Matches(kind) && IsNamespaceSelected(item.Line.Namespace)
            : (kind == WellKnown.Definitions ? !_kinds.Excludes(kind) : _kinds.Matches(kind))
                && _input.Spec.IncludeClusterResources != false && _input.OnlyNamespace is null;
    }

    // A namespace comes along when something in it does, or by itself when nothing narrows the choice.
    private void SelectNamespaces()
    {
        var used = _selected.Select(reference => reference.Name.Namespace).ToHashSet();
        var byItself = _input.Spec.LabelSelector is null && _input.Spec.OrLabelSelectors is not { Count: > 0 };
        foreach (var item in _input.Items.Where(item => item.Reference.Resource == WellKnown.Namespaces))
        {
            if (used.Contains(item.Line.Name) || (byItself && IsNamespaceSelected(item.Line.Name) && _kinds.Matches(WellKnown.Namespaces)))
            {
                _selected.Add(item.Reference);
            }
        }
    }

    private static ApiCatalog WithKindsOfBackup(RestorePlanInput input)
    {
        var ofBackup = input.Items
            .Select(item => item.Line)
            .DistinctBy(line => (line.Group, line.Version, line.Resource))
            .Select(line => new ResourceType
            {
                Resource = new GroupVersionResource(line.Group, line.Version, line.Resource),
                Kind = line.Kind,
                Namespaced = line.Namespace.Length > 0,
            })
            .Where(type => input.Catalog.Find(type.Resource) is null);
        return new ApiCatalog([.. input.Catalog.Types, .. ofBackup], input.Catalog.Failures);
    }
}
