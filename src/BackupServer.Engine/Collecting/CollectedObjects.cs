using System.Collections.Concurrent;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Collecting;

/// <summary>What was collected: identities in memory, bytes in the spool, and the facts that volumes are planned from.</summary>
internal sealed class CollectedObjects : IDisposable
{
    private readonly ConcurrentDictionary<ObjectReference, SpooledObject?> _objects = new();

    public CollectedObjects(string spoolDirectory) => Spool = new ObjectSpool(spoolDirectory);

    public ObjectSpool Spool { get; }

    public ConcurrentBag<PodFacts> Pods { get; } = [];

    public ConcurrentBag<PodFacts> OtherPods { get; } = [];

    public ConcurrentBag<ClaimFacts> Claims { get; } = [];

    public ConcurrentDictionary<string, PersistentVolumeFacts> Volumes { get; } = new();

    /// <summary>Objects, by resource, namespace and name: the order in which they are stored.</summary>
    public IEnumerable<SpooledObject> InOrder() => _objects.Values
        .OfType<SpooledObject>()
        .OrderBy(entry => entry.Type.Resource.GroupResource.ToString(), StringComparer.Ordinal)
        .ThenBy(entry => entry.Namespace, StringComparer.Ordinal)
        .ThenBy(entry => entry.Name, StringComparer.Ordinal);

    /// <summary>Namespaces that something was collected of.</summary>
    public IReadOnlySet<string> UsedNamespaces() =>
        _objects.Values.OfType<SpooledObject>().Select(entry => entry.Namespace).Where(name => name.Length > 0).ToHashSet();

    /// <summary>Takes an identity for the caller; false when somebody has it.</summary>
    public bool TryClaim(ObjectReference reference) => _objects.TryAdd(reference, null);

    /// <summary>Whether somebody has the identity.</summary>
    public bool Contains(ObjectReference reference) => _objects.ContainsKey(reference);

    /// <summary>Keeps the object whose identity the caller has.</summary>
    public void Keep(ObjectReference reference, ResourceType type, RawObject content)
    {
        var bytes = content.Utf8.Span;
        _objects[reference] = new SpooledObject(
            type, content.Metadata.Namespace, content.Metadata.Name, content.Metadata.Uid, Spool.Write(bytes), bytes.Length);
        if (type.Resource.GroupResource == Selecting.WellKnown.Pods)
        {
            Pods.Add(PodFacts.Read(content));
        }
        else if (type.Resource.GroupResource == Selecting.WellKnown.Claims)
        {
            Claims.Add(ClaimFacts.Read(content));
        }
        else if (type.Resource.GroupResource == Selecting.WellKnown.Volumes)
        {
            Volumes[content.Metadata.Name] = PersistentVolumeFacts.Read(content);
        }
    }

    public void Dispose() => Spool.Dispose();
}
