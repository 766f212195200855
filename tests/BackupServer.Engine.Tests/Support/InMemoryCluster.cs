using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;

namespace BackupServer.Engine.Tests.Support;

/// <summary>
/// A cluster as the engine sees one: objects with uids and versions, merge patches, the accounts of new namespaces, definitions that bring
/// kinds, claims that are bound when a pod mounts them, pods and workloads that become ready.
/// </summary>
internal sealed class InMemoryCluster : IClusterReader, IClusterWriter
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string Kind, ObjectName Name), JsonObject> _objects = new(Comparer<(string Kind, ObjectName Name)>.Create(
        (a, b) => string.CompareOrdinal(a.Kind, b.Kind) is var c and not 0 ? c : a.Name.CompareTo(b.Name)));
    private readonly List<ResourceType> _types = [.. TestKinds.BuiltIn];
    private int _last;

    /// <summary>Called before each call with its verb and what it is about; what it throws is thrown to the engine.</summary>
    public Action<string, string> Before { get; set; } = (_, _) => { };

    /// <summary>Called after each call.</summary>
    public Action<string, string> After { get; set; } = (_, _) => { };

    /// <summary>May answer a creation in place of the cluster.</summary>
    public Func<ObjectReference, WriteResult?> Refuse { get; set; } = _ => null;

    public List<DiscoveryFailure> FailedGroups { get; } = [];

    public int PageSize { get; set; } = 2;

    public IReadOnlyList<string> References
    {
        get
        {
            lock (_gate)
            {
                return [.. _objects.Keys.Select(key => $"{key.Kind} {key.Name}")];
            }
        }
    }

    public JsonObject? this[string reference]
    {
        get
        {
            lock (_gate)
            {
                return _objects.GetValueOrDefault(Key(reference));
            }
        }
    }

    /// <summary>Adds an object as somebody else would.</summary>
    public JsonObject Add(string json)
    {
        var content = (JsonObject)JsonNode.Parse(json)!;
        var type = _types.First(type => type.Kind == (string)content["kind"]! && type.Resource.ApiVersion == (string)content["apiVersion"]!);
        var result = Create(type, content);
        return result.IsDone ? this[$"{type.Resource.GroupResource} {result.Object!.Name}"]! : throw new InvalidOperationException(result.Message);
    }

    public void Remove(string reference)
    {
        lock (_gate)
        {
            _objects.Remove(Key(reference));
        }
    }

    public void RemoveNamespace(string name)
    {
        lock (_gate)
        {
            foreach (var key in _objects.Keys.Where(key => key.Name.Namespace == name || key == ("namespaces", new ObjectName("", name))).ToList())
            {
                _objects.Remove(key);
            }
        }
    }

    public void Serve(ResourceType type)
    {
        lock (_gate)
        {
            _types.Add(type);
        }
    }

    public Task<ApiCatalog> DiscoverAsync(CancellationToken cancellationToken) => Call("discover", "", () => new ApiCatalog([.. _types], [.. FailedGroups]), cancellationToken);

    public async IAsyncEnumerable<IReadOnlyList<RawObject>> ListAsync(
        ResourceType type, string? objectNamespace, string labelSelector, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var kind = type.Resource.GroupResource.ToString();
        var all = await Call("list", kind, () => Select(kind, objectNamespace, labelSelector), cancellationToken);
        foreach (var page in all.Chunk(PageSize))
        {
            // Like the API server: a page holds what is there when it is read.
            yield return await Call("page", kind, () => page.Select(name => Find(kind, name)).OfType<RawObject>().ToList(), cancellationToken);
        }
    }

    public Task<RawObject?> GetAsync(ResourceType type, ObjectName name, CancellationToken cancellationToken) =>
        Call("get", $"{type.Resource.GroupResource} {name}", () => Find(type.Resource.GroupResource.ToString(), name), cancellationToken);

    public Task<WriteResult> CreateAsync(ResourceType type, JsonObject content, CancellationToken cancellationToken) =>
        Call("create", $"{type.Resource.GroupResource} {NameOf(content)}", () => Create(type, content), cancellationToken);

    public Task<WriteResult> PatchAsync(ResourceType type, ObjectName name, JsonObject mergePatch, CancellationToken cancellationToken) =>
        Call("patch", $"{type.Resource.GroupResource} {name}", () => Patch(type, name, mergePatch), cancellationToken);

    public Task<WriteResult> PatchStatusAsync(ResourceType type, ObjectName name, JsonObject mergePatch, CancellationToken cancellationToken) =>
        Call("patch status of", $"{type.Resource.GroupResource} {name}", () => Patch(type, name, mergePatch), cancellationToken);

    public Task<WriteResult> DeleteAsync(ResourceType type, ObjectName name, string? uid, CancellationToken cancellationToken) =>
        Call("delete", $"{type.Resource.GroupResource} {name}", () => Delete(type, name, uid), cancellationToken);

    private static ObjectName NameOf(JsonObject content) =>
        new((string?)content["metadata"]!["namespace"] ?? "", (string)content["metadata"]!["name"]!);

    private static (string Kind, ObjectName Name) Key(string reference)
    {
        var parts = reference.Split(' ');
        var name = parts[1].Split('/');
        return (parts[0], name.Length == 2 ? new ObjectName(name[0], name[1]) : new ObjectName("", name[0]));
    }

    private static bool Matches(string selector, JsonObject content) => selector.Length == 0 || selector.Split(',').All(part =>
        part.Split('=') is [var key, var value] && (string?)content["metadata"]!["labels"]?[key] == value);

    private static void Merge(JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                into.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                if (into[name] is not JsonObject there)
                {
                    into[name] = there = new JsonObject();
                }

                Merge(there, inner);
            }
            else
            {
                into[name] = value.DeepClone();
            }
        }
    }

    private Task<T> Call<T>(string verb, string about, Func<T> action, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Before(verb, about);
        T result;
        lock (_gate)
        {
            result = action();
        }

        After(verb, about);
        return Task.FromResult(result);
    }

    private List<ObjectName> Select(string kind, string? objectNamespace, string selector) =>
    [
        .. _objects.Where(entry => entry.Key.Kind == kind && (objectNamespace is null || entry.Key.Name.Namespace == objectNamespace) && Matches(selector, entry.Value))
            .Select(entry => entry.Key.Name),
    ];

    private RawObject? Find(string kind, ObjectName name) => _objects.TryGetValue((kind, name), out var content) ? RawObject.From(content) : null;

    private WriteResult Create(ResourceType type, JsonObject sent)
    {
        var name = NameOf(sent);
        var reference = new ObjectReference(type.Resource.GroupResource, name);
        if (Refuse(reference) is { } refusal)
        {
            return refusal;
        }

        var content = (JsonObject)sent.DeepClone();
        lock (_gate)
        {
            if (_objects.ContainsKey((reference.Resource.ToString(), name)))
            {
                return WriteResult.Failed(409, "AlreadyExists", $"{reference} already exists");
            }

            if (name.Namespace.Length > 0 && !_objects.ContainsKey(("namespaces", new ObjectName("", name.Namespace))))
            {
                return WriteResult.Failed(404, "NotFound", $"namespaces \"{name.Namespace}\" not found");
            }

            var metadata = (JsonObject)content["metadata"]!;
            metadata["uid"] ??= $"uid-{++_last}";
            metadata["resourceVersion"] = (++_last).ToString(CultureInfo.InvariantCulture);
            metadata["creationTimestamp"] ??= "2026-01-01T00:00:00Z";
            _objects[(reference.Resource.ToString(), name)] = content;
            Behave(type, content, name);
            return WriteResult.Done(RawObject.From(content));
        }
    }

    private void Behave(ResourceType type, JsonObject content, ObjectName name)
    {
        switch (type.Kind)
        {
            case "Namespace":
                content["status"] ??= new JsonObject { ["phase"] = "Active" };
                Create(_types.First(other => other.Kind == "ServiceAccount"), new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "ServiceAccount",
                    ["metadata"] = new JsonObject { ["name"] = "default", ["namespace"] = name.Name },
                });
                break;
            case "Pod" when content["status"] is null:
                Run(content, name);
                break;
            case "Deployment" or "StatefulSet" when content["status"] is null:
                content["status"] = new JsonObject { ["availableReplicas"] = 1, ["readyReplicas"] = 1 };
                break;
            case "CustomResourceDefinition":
                Establish(content);
                break;
            default:
                break;
        }
    }

    private void Run(JsonObject pod, ObjectName name)
    {
        pod["spec"]!["nodeName"] ??= "node-1";
        pod["status"] = new JsonObject
        {
            ["phase"] = "Running",
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }),
        };
        foreach (var claimName in (pod["spec"]!["volumes"] as JsonArray ?? []).Select(volume => (string?)volume!["persistentVolumeClaim"]?["claimName"]).OfType<string>())
        {
            if (_objects.TryGetValue(("persistentvolumeclaims", new ObjectName(name.Namespace, claimName)), out var claim) && claim["status"] is null)
            {
                claim["spec"]!["volumeName"] = $"pv-{++_last}";
                claim["status"] = new JsonObject
                {
                    ["phase"] = "Bound",
                    ["capacity"] = new JsonObject { ["storage"] = claim["spec"]!["resources"]?["requests"]?["storage"]?.DeepClone() },
                };
            }
        }
    }

    private void Establish(JsonObject definition)
    {
        var spec = definition["spec"]!;
        definition["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "Established", ["status"] = "True" },
                new JsonObject { ["type"] = "NamesAccepted", ["status"] = "True" }),
        };
        _types.Add(TestKinds.Kind(
            $"{spec["group"]}/{spec["versions"]![0]!["name"]}", (string)spec["names"]!["plural"]!, (string)spec["names"]!["kind"]!, (string)spec["scope"]! == "Namespaced") with
        {
            Subresources = spec["versions"]![0]!["subresources"]?["status"] is null ? [] : ["status"],
        });
    }

    private WriteResult Patch(ResourceType type, ObjectName name, JsonObject mergePatch)
    {
        if (!_objects.TryGetValue((type.Resource.GroupResource.ToString(), name), out var content))
        {
            return WriteResult.Failed(404, "NotFound", $"{type.Resource.GroupResource} {name} not found");
        }

        if ((string?)mergePatch["metadata"]?["resourceVersion"] is { } version && version != (string?)content["metadata"]!["resourceVersion"])
        {
            return WriteResult.Failed(409, "Conflict", "the object has been modified");
        }

        Merge(content, mergePatch);
        content["metadata"]!["resourceVersion"] = (++_last).ToString(CultureInfo.InvariantCulture);
        return WriteResult.Done(RawObject.From(content));
    }

    private WriteResult Delete(ResourceType type, ObjectName name, string? uid)
    {
        var key = (type.Resource.GroupResource.ToString(), name);
        return !_objects.TryGetValue(key, out var content) ? WriteResult.Failed(404, "NotFound", $"{name} not found")
            : uid is not null && (string?)content["metadata"]!["uid"] != uid ? WriteResult.Failed(409, "Conflict", "the uid differs")
            : _objects.Remove(key) ? WriteResult.Done(null) : throw new InvalidOperationException();
    }
}
