namespace BackupServer.Engine.Volumes;

/// <summary>What the protection of volumes is decided from.</summary>
public sealed record VolumePlanInput
{
    /// <summary>Pods whose own volumes are selected: those in the backup.</summary>
    public IReadOnlyCollection<PodFacts> Pods { get; init; } = [];

    /// <summary>Further pods, which may have selected claims mounted.</summary>
    public IReadOnlyCollection<PodFacts> OtherPods { get; init; } = [];

    /// <summary>Claims in the backup.</summary>
    public IReadOnlyCollection<ClaimFacts> Claims { get; init; } = [];

    /// <summary>PersistentVolumes of these claims, by name, as far as they could be read.</summary>
    public IReadOnlyDictionary<string, PersistentVolumeFacts> Volumes { get; init; } = new Dictionary<string, PersistentVolumeFacts>();

    /// <summary>Nodes that have an agent.</summary>
    public IReadOnlySet<string> NodesWithAgent { get; init; } = new HashSet<string>();

    /// <summary>True copies what is not opted out, false what is opted in. Null when nobody chose: as false, but claims that nobody named are losses.</summary>
    public bool? OptOutMode { get; init; }
}
