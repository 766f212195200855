using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace BackupServer.DevCluster.Registry;

/// <summary>
/// Every resource served now: the built-in ones, and the custom ones added and removed at run time.
/// Readers see one immutable generation; a change swaps it. Thread-safe.
/// </summary>
internal sealed class ResourceCatalog
{
    private readonly Lock _lock = new();
    private volatile Generation _current;

    public ResourceCatalog(IEnumerable<ResourceDefinition> builtIns)
    {
        _current = new Generation([.. builtIns], [], 0);
    }

    /// <summary>Raised after a change, outside any lock.</summary>
    public event Action? Changed;

    /// <summary>Grows with each change; discovery and OpenAPI documents are cached by it.</summary>
    public long Number => _current.Number;

    /// <summary>All definitions: built-in ones first, in discovery's order.</summary>
    public IReadOnlyList<ResourceDefinition> All => _current.All;

    /// <summary>Group versions of other servers, none of which is served here; sorted as discovery lists them.</summary>
    public IReadOnlyList<RemoteGroupVersion> Remote => _current.Remote;

    /// <summary>The group versions of built-in resources, in discovery's order.</summary>
    public IEnumerable<(string Group, string Version)> BuiltInGroupVersions => _current.All.Where(d => !d.IsCustom).Select(d => (d.Group, d.Version)).Distinct();

    /// <summary>Whether requests for a group version belong to another server.</summary>
    public bool IsRemote(string group, string version) => _current.Remote.Any(r => r.Group == group && r.Version == version);

    /// <summary>Finds by path parts.</summary>
    public bool TryGet(string group, string version, string resource, [NotNullWhen(true)] out ResourceDefinition? definition) =>
        _current.ByPath.TryGetValue((group, version, resource), out definition);

    /// <summary>Finds by the <c>apiVersion</c> and <c>kind</c> of an object.</summary>
    public bool TryGetKind(string apiVersion, string kind, [NotNullWhen(true)] out ResourceDefinition? definition) =>
        _current.ByKind.TryGetValue((apiVersion, kind), out definition);

    /// <summary>Finds a built-in or custom resource by group and plural, in its preferred version (the first listed).</summary>
    public ResourceDefinition? Find(string group, string resource) =>
        _current.All.FirstOrDefault(d => d.Group == group && d.Resource == resource);

    /// <summary>The definition by path; throws where it must exist (for controllers naming built-in kinds).</summary>
    public ResourceDefinition Get(string group, string version, string resource) =>
        TryGet(group, version, resource, out var definition)
            ? definition
            : throw new InvalidOperationException($"resource {group}/{version}/{resource} is not served");

    /// <summary>
    /// Replaces all versions of one custom resource by the given ones (none removes it). The order of versions is that of preference.
    /// </summary>
    public void SetCustom(string group, string resource, IReadOnlyList<ResourceDefinition> versions)
    {
        lock (_lock)
        {
            var next = _current.All.Where(d => !(d.IsCustom && d.Group == group && d.Resource == resource)).ToList();
            next.AddRange(versions);
            _current = new Generation(next, _current.Remote, _current.Number + 1);
        }

        Changed?.Invoke();
    }

    /// <summary>Replaces the group versions of other servers; those served here stay ours.</summary>
    public void SetRemote(IEnumerable<RemoteGroupVersion> remote)
    {
        lock (_lock)
        {
            var next = remote.Where(r => !_current.All.Any(d => d.Group == r.Group && d.Version == r.Version))
                .OrderByDescending(r => r.GroupPriority).ThenBy(r => r.Group, StringComparer.Ordinal).ThenByDescending(r => r.VersionPriority).ToList();
            if (next.SequenceEqual(_current.Remote)) return;
            _current = new Generation(_current.All, next, _current.Number + 1);
        }

        Changed?.Invoke();
    }

    private sealed class Generation
    {
        public Generation(IReadOnlyList<ResourceDefinition> all, IReadOnlyList<RemoteGroupVersion> remote, long number)
        {
            All = all;
            Remote = remote;
            Number = number;
            ByPath = all.ToFrozenDictionary(d => (d.Group, d.Version, d.Resource));
            ByKind = all.Where(d => d.Supports("list") || d.Supports("create")).GroupBy(d => (d.ApiVersion, d.Kind)).ToFrozenDictionary(g => g.Key, g => g.First());
        }

        public IReadOnlyList<ResourceDefinition> All { get; }

        public IReadOnlyList<RemoteGroupVersion> Remote { get; }

        public long Number { get; }

        public FrozenDictionary<(string Group, string Version, string Resource), ResourceDefinition> ByPath { get; }

        public FrozenDictionary<(string ApiVersion, string Kind), ResourceDefinition> ByKind { get; }
    }
}
