using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Discovery;

/// <summary>Discovery documents, legacy and aggregated, put together from the catalog; cached until it changes.</summary>
internal sealed class DiscoveryDocuments(ResourceCatalog catalog)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _cache = [];
    private long _number = -1;

    /// <summary>/api.</summary>
    public static JsonObject Versions(string serverAddress) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = serverAddress }),
    };

    /// <summary>/apis.</summary>
    public JsonObject Groups() => Cached("groups", () => new JsonObject
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. GroupNames().Select(g => (JsonNode)GroupEntry(g))]),
    });

    /// <summary>/apis/{group}, or null.</summary>
    public JsonObject? Group(string group)
    {
        if (!GroupNames().Contains(group))
        {
            return null;
        }

        return Cached("group/" + group, () =>
        {
            var entry = GroupEntry(group);
            var document = new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1" };
            foreach (var (key, value) in entry)
            {
                document[key] = value?.DeepClone();
            }

            return document;
        });
    }

    /// <summary>/api/v1 or /apis/{group}/{version}, or null.</summary>
    public JsonObject? Resources(string group, string version)
    {
        var resources = catalog.All.Where(d => d.Group == group && d.Version == version).ToList();
        if (resources.Count == 0)
        {
            return null;
        }

        return Cached($"resources/{group}/{version}", () =>
        {
            var list = new JsonObject { ["kind"] = "APIResourceList" };
            if (group.Length > 0)
            {
                list["apiVersion"] = "v1";
            }

            list["groupVersion"] = resources[0].ApiVersion;
            list["resources"] = new JsonArray([.. resources.SelectMany(LegacyEntries)]);
            return list;
        });
    }

    /// <summary>The aggregated document of /api or /apis.</summary>
    public JsonObject Aggregated(bool core) => Cached($"aggregated/{core}", () =>
    {
        var groups = core ? [""] : GroupNames();
        return new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/v2",
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. groups.Select(g => (JsonNode)AggregatedGroup(g))]),
        };
    });

    /// <summary>Groups beside the core one: built-in ones, custom ones, those of other servers.</summary>
    public IReadOnlyList<string> GroupNames() =>
        [.. catalog.All.Select(d => d.Group).Concat(catalog.Remote.Select(r => r.Group)).Where(g => g.Length > 0).Distinct()];

    private JsonObject Cached(string key, Func<JsonObject> make)
    {
        lock (_lock)
        {
            var number = catalog.Number;
            if (number != _number)
            {
                _cache.Clear();
                _number = number;
            }

            if (!_cache.TryGetValue(key, out var document))
            {
                document = make();
                _cache[key] = document;
            }

            return document;
        }
    }

    private IEnumerable<string> VersionsOf(string group) =>
        catalog.All.Where(d => d.Group == group).Select(d => d.Version).Concat(catalog.Remote.Where(r => r.Group == group).Select(r => r.Version)).Distinct();

    private JsonObject GroupEntry(string group)
    {
        var versions = VersionsOf(group).Select(v => new JsonObject { ["groupVersion"] = $"{group}/{v}", ["version"] = v }).ToList();
        return new JsonObject
        {
            ["name"] = group,
            ["versions"] = new JsonArray([.. versions]),
            ["preferredVersion"] = versions[0].DeepClone(),
        };
    }

    private JsonObject AggregatedGroup(string group)
    {
        var versions = VersionsOf(group).Select(v => (JsonNode)AggregatedVersion(group, v));
        var metadata = new JsonObject();
        if (group.Length > 0)
        {
            metadata["name"] = group;
        }

        return new JsonObject { ["metadata"] = metadata, ["versions"] = new JsonArray([.. versions]) };
    }

    /// <summary>A version whose server could never be asked has no resources and is called stale.</summary>
    private JsonObject AggregatedVersion(string group, string version) => catalog.IsRemote(group, version)
        ? new JsonObject { ["version"] = version, ["freshness"] = "Stale" }
        : new JsonObject
        {
            ["version"] = version,
            ["resources"] = new JsonArray([.. catalog.All.Where(d => d.Group == group && d.Version == version).Select(d => (JsonNode)AggregatedEntry(d))]),
            ["freshness"] = "Current",
        };

    private static IEnumerable<JsonNode> LegacyEntries(ResourceDefinition resource)
    {
        var entry = new JsonObject
        {
            ["name"] = resource.Resource,
            ["singularName"] = resource.Singular,
            ["namespaced"] = resource.Namespaced,
            ["kind"] = resource.Kind,
            ["verbs"] = Array(resource.Verbs),
        };
        AddNames(entry, resource);
        if (resource.StorageVersionHash is { } hash)
        {
            entry["storageVersionHash"] = hash;
        }

        yield return entry;
        foreach (var sub in resource.Subresources)
        {
            var subEntry = new JsonObject { ["name"] = $"{resource.Resource}/{sub.Name}", ["singularName"] = "", ["namespaced"] = resource.Namespaced };
            if (sub.Group != resource.Group || sub.Version != resource.Version)
            {
                subEntry["group"] = sub.Group;
                subEntry["version"] = sub.Version;
            }

            subEntry["kind"] = sub.Kind;
            subEntry["verbs"] = Array(sub.Verbs);
            yield return subEntry;
        }
    }

    private static JsonObject AggregatedEntry(ResourceDefinition resource)
    {
        var entry = new JsonObject
        {
            ["resource"] = resource.Resource,
            ["responseKind"] = Kind(resource, resource.Group, resource.Version, resource.Kind),
            ["scope"] = resource.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Singular,
            ["verbs"] = Array(resource.Verbs),
        };
        AddNames(entry, resource);
        if (resource.Subresources.Count > 0)
        {
            entry["subresources"] = new JsonArray([.. resource.Subresources.Select(s => (JsonNode)new JsonObject
            {
                ["subresource"] = s.Name, ["responseKind"] = Kind(resource, s.Group, s.Version, s.Kind), ["verbs"] = Array(s.Verbs),
            })]);
        }

        return entry;
    }

    /// <summary>A kind of the resource's own group version is named without them for built-in kinds.</summary>
    private static JsonObject Kind(ResourceDefinition resource, string group, string version, string kind)
    {
        var own = !resource.IsCustom && group == resource.Group && version == resource.Version;
        return new JsonObject { ["group"] = own ? "" : group, ["version"] = own ? "" : version, ["kind"] = kind };
    }

    private static void AddNames(JsonObject entry, ResourceDefinition resource)
    {
        if (resource.ShortNames.Count > 0)
        {
            entry["shortNames"] = Array(resource.ShortNames);
        }

        if (resource.Categories.Count > 0)
        {
            entry["categories"] = Array(resource.Categories);
        }
    }

    private static JsonArray Array(IEnumerable<string> values) => [.. values.Select(v => (JsonNode)v)];
}
