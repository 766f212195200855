using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Lists;

namespace BackupServer.Quickstart.Comparing;

/// <summary>All objects of an application, without what the cluster makes: every kind that can be listed, in its namespaces, and what it needs outside of them.</summary>
internal sealed class ApplicationState
{
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);

    /// <summary>How many.</summary>
    public int Count => _objects.Count;

    /// <summary>Reads the state of an application.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="namespaces">Its namespaces there, each with the name it is compared by.</param>
    /// <param name="clusterScoped">Its cluster-scoped objects.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<ApplicationState> ReadAsync(
        KubernetesClient client, IReadOnlyDictionary<string, string> namespaces, IEnumerable<(ResourceType Type, string Name)> clusterScoped, CancellationToken cancellationToken)
    {
        var state = new ApplicationState();
        var discovery = await client.Discovery.DiscoverAsync(refresh: true, cancellationToken);
        foreach (var type in discovery.Preferred.Where(t => t.Namespaced && t.Verbs.Contains("list") && t.Verbs.Contains("create")))
        {
            foreach (var (ns, comparedAs) in namespaces)
            {
                await foreach (var item in client.ListAsync(type.Resource, new ListOptions { Namespace = ns }).WithCancellation(cancellationToken))
                {
                    state.Add(type.Resource.GroupResource, item.ToNode(), ns, comparedAs);
                }
            }
        }

        foreach (var (ns, comparedAs) in namespaces)
        {
            var found = await client.GetAsync(new GroupVersionResource("", "v1", "namespaces"), null, ns, cancellationToken);
            state.Add(new GroupResource("", "namespaces"), found.ToNode(), ns, comparedAs);
        }

        foreach (var (type, name) in clusterScoped)
        {
            if (await client.FindAsync(type.Resource, null, name, cancellationToken) is { } found)
            {
                var item = found.ToNode();
                Fold(item, namespaces);
                state.Add(type.Resource.GroupResource, item, "", "");
            }
        }

        return state;
    }

    /// <summary>Every difference to another state, one line each.</summary>
    public IEnumerable<string> DifferencesTo(ApplicationState other)
    {
        foreach (var (name, expected) in _objects)
        {
            if (!other._objects.TryGetValue(name, out var actual))
            {
                yield return $"{name} is missing";
                continue;
            }

            foreach (var difference in JsonDifference.Between(expected, actual, ""))
            {
                yield return $"{name}: {difference}";
            }
        }

        foreach (var name in other._objects.Keys.Except(_objects.Keys, StringComparer.Ordinal))
        {
            yield return $"{name} was not there before";
        }
    }

    private void Add(GroupResource resource, JsonObject item, string ns, string comparedAs)
    {
        if (ClusterMade.IsMade(resource, item))
        {
            return;
        }

        ClusterMade.Remove(item);
        if (ns.Length > 0)
        {
            Rename(item, ns, comparedAs);
        }

        var scope = item["metadata"]!["namespace"] is { } inside ? $"{inside}/" : "";
        _objects[$"{resource} {scope}{item["metadata"]!["name"]}"] = item;
    }

    /// <summary>In bindings that both share, a copy's accounts stand beside the original's. They count as one, and only where both are there.</summary>
    private static void Fold(JsonObject item, IReadOnlyDictionary<string, string> namespaces)
    {
        if (item["subjects"] is not JsonArray subjects)
        {
            return;
        }

        foreach (var (ns, comparedAs) in namespaces.Where(n => n.Key != n.Value))
        {
            var copies = subjects.Where(s => (string?)s!["namespace"] == ns).Select(s => (string?)s!["name"]).ToHashSet();
            for (var i = subjects.Count - 1; i >= 0; i--)
            {
                var (inside, name) = ((string?)subjects[i]!["namespace"], (string?)subjects[i]!["name"]);
                if (inside == ns || (inside == comparedAs && !copies.Contains(name)))
                {
                    subjects.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>Namespace mapping renames the namespace itself, and the subjects of bindings.</summary>
    private static void Rename(JsonObject item, string ns, string comparedAs)
    {
        if (ns == comparedAs)
        {
            return;
        }

        if ((string?)item["kind"] == "Namespace")
        {
            item["metadata"]!["name"] = comparedAs;
            if (item["metadata"]!["labels"]?["kubernetes.io/metadata.name"] is not null)
            {
                item["metadata"]!["labels"]!["kubernetes.io/metadata.name"] = comparedAs;
            }
        }
        else
        {
            item["metadata"]!["namespace"] = comparedAs;
        }

        foreach (var subject in item["subjects"]?.AsArray() ?? [])
        {
            if ((string?)subject!["namespace"] == ns)
            {
                subject["namespace"] = comparedAs;
            }
        }
    }
}
