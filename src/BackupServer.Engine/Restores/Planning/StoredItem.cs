using BackupServer.Abstractions.Objects;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>What a restore is planned from: an object's place in the backup, and the few facts that decide about it.</summary>
public sealed record StoredItem
{
    /// <summary>Where it is.</summary>
    public required IndexLine Line { get; init; }

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Owners.</summary>
    public IReadOnlyList<OwnerReference> Owners { get; init; } = [];

    /// <summary>Why it is never restored, by itself; null when it may be.</summary>
    public SkipReason? Intrinsic { get; init; }

    /// <summary>Objects it is of no use without.</summary>
    public IReadOnlyList<ObjectReference> Related { get; init; } = [];

    /// <summary>ServiceAccounts that it binds.</summary>
    public IReadOnlyList<ObjectName> Accounts { get; init; } = [];

    /// <summary>Claim that a PersistentVolume is bound to.</summary>
    public ObjectName? BoundClaim { get; init; }

    /// <summary>Reclaim policy of a PersistentVolume.</summary>
    public string ReclaimPolicy { get; init; } = "";

    /// <summary>StorageClasses that a claim, a claim template or a PersistentVolume names.</summary>
    public IReadOnlyList<string> StorageClasses { get; init; } = [];

    /// <summary>Whether a Service selects pods, so that the cluster makes its endpoints.</summary>
    public bool HasSelector { get; init; }

    /// <summary>Which object it is.</summary>
    public ObjectReference Reference => Line.Reference;
}
