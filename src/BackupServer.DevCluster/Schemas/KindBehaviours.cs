using System.Collections.Concurrent;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Schemas;

/// <summary>Which behaviour a resource has. Custom resources share one; unlisted built-in kinds have the common base with their flags.</summary>
internal sealed class KindBehaviours
{
    private readonly ConcurrentDictionary<string, IKindBehaviour> _byBucket = [];

    /// <summary>The behaviour of custom resources.</summary>
    public IKindBehaviour CustomResources { get; set; } = new KindBehaviour();

    /// <summary>Registers the behaviour of <c>resource</c> (core) or <c>group/resource</c>, the store's bucket name.</summary>
    public void Add(string bucket, IKindBehaviour behaviour) => _byBucket[bucket] = behaviour;

    /// <summary>The behaviour of a resource; never null.</summary>
    public IKindBehaviour For(ResourceDefinition resource) =>
        resource.IsCustom ? CustomResources : _byBucket.GetOrAdd(resource.Bucket, bucket => new Kinds.SelectingBehaviour(KindTraits.For(bucket)));
}
