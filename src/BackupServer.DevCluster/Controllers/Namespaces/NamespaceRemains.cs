using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Namespaces;

/// <summary>What is still in a namespace that goes, counted per resource and per finalizer, and the conditions that say so.</summary>
internal sealed class NamespaceRemains
{
    private readonly SortedDictionary<string, int> _resources = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _finalizers = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _failures = new(StringComparer.Ordinal);

    public bool Any => _resources.Count > 0 || _failures.Count > 0;

    /// <param name="resource"><c>plural.group</c>; the dot is there for the core group too.</param>
    /// <param name="objects">What is left of it.</param>
    public void Count(string resource, IReadOnlyCollection<JsonObject> objects)
    {
        if (objects.Count == 0) return;
        _resources[resource] = _resources.GetValueOrDefault(resource) + objects.Count;
        foreach (var finalizer in objects.SelectMany(left => left.Texts("metadata", "finalizers")))
        {
            _finalizers[finalizer] = _finalizers.GetValueOrDefault(finalizer) + 1;
        }
    }

    public void Fail(string message) => _failures.Add(message);

    /// <summary>Writes the five conditions of a Terminating namespace.</summary>
    public void WriteConditions(JsonObject ns, string now)
    {
        Conditions.Set(ns, "NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered", now);
        Conditions.Set(ns, "NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions", "All legacy kube types successfully parsed", now);
        if (_failures.Count == 0)
        {
            Conditions.Set(
                ns, "NamespaceDeletionContentFailure", "False", "ContentDeleted", "All content successfully deleted, may be waiting on finalization", now);
        }
        else
        {
            var failures = $"Failed to delete all resource types, {_failures.Count} remaining: {string.Join(", ", _failures)}";
            Conditions.Set(ns, "NamespaceDeletionContentFailure", "True", "ContentDeletionFailed", failures, now);
        }

        if (_resources.Count == 0)
        {
            Conditions.Set(ns, "NamespaceContentRemaining", "False", "ContentRemoved", "All content successfully removed", now);
        }
        else
        {
            var left = string.Join(", ", _resources.Select(resource => $"{resource.Key} has {resource.Value} resource instances"));
            Conditions.Set(ns, "NamespaceContentRemaining", "True", "SomeResourcesRemain", $"Some resources are remaining: {left}", now);
        }

        if (_finalizers.Count == 0)
        {
            Conditions.Set(ns, "NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished", now);
        }
        else
        {
            var left = string.Join(", ", _finalizers.Select(finalizer => $"{finalizer.Key} in {finalizer.Value} resource instances"));
            Conditions.Set(
                ns, "NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", $"Some content in the namespace has finalizers remaining: {left}", now);
        }
    }
}
