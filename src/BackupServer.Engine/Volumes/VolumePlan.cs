using BackupServer.Abstractions.Resources.Backups;

namespace BackupServer.Engine.Volumes;

/// <summary>What is decided about one volume.</summary>
public sealed record VolumePlan
{
    /// <summary><c>namespace/claim</c>, or <c>namespace/pod/volume</c> without a claim.</summary>
    public required string Key { get; init; }

    /// <summary>Namespace of claim and pod.</summary>
    public required string Namespace { get; init; }

    /// <summary>Claim; null when the volume has none.</summary>
    public string? Claim { get; init; }

    /// <summary>PersistentVolume; null when there is none.</summary>
    public string? Volume { get; init; }

    /// <summary>Pod it is copied through, or that has it; null when no pod has.</summary>
    public string? Pod { get; init; }

    /// <summary>Unique id of the pod.</summary>
    public string PodUid { get; init; } = "";

    /// <summary>Name of the volume in the pod.</summary>
    public string? PodVolume { get; init; }

    /// <summary>Node of the pod.</summary>
    public string Node { get; init; } = "";

    /// <summary>How it is protected.</summary>
    public required VolumeMethod Method { get; init; }

    /// <summary>Why so.</summary>
    public required VolumeReason Reason { get; init; }

    /// <summary>The reason in words, with what to do; empty when it is copied.</summary>
    public string Explanation { get; init; } = "";

    /// <summary>Whether data that was selected is not protected by this decision and nobody asked for that.</summary>
    public bool IsLoss { get; init; }

    /// <summary>Whether data is left out by a choice that names no volume: it is no error, and the coverage names it.</summary>
    public bool IsSpared { get; init; }
}
