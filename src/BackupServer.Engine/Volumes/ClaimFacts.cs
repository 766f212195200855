using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Restores.Stages;

namespace BackupServer.Engine.Volumes;

/// <summary>What the protection of volumes depends on in a claim.</summary>
public sealed record ClaimFacts
{
    /// <summary>Namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary><c>status.phase</c>.</summary>
    public string Phase { get; init; } = "";

    /// <summary>PersistentVolume; empty when it is not bound.</summary>
    public string Volume { get; init; } = "";

    /// <summary>StorageClass; empty when it names none.</summary>
    public string StorageClass { get; init; } = "";

    /// <summary>Whether it is a raw block device.</summary>
    public bool Block { get; init; }

    /// <summary>Whether a restore made it and has not written its data yet.</summary>
    public bool DataPending { get; init; }

    /// <summary>Whether it has a volume, and so may hold data.</summary>
    public bool IsBound => Phase == "Bound" && Volume.Length > 0;

    /// <summary>Reads a claim; members that are not what they should be read as absent.</summary>
    public static ClaimFacts Read(RawObject claim)
    {
        using var document = JsonDocument.Parse(claim.Utf8);
        var root = document.RootElement;
        return new ClaimFacts
        {
            Namespace = claim.Metadata.Namespace,
            Name = claim.Metadata.Name,
            Phase = root.Text("status", "phase"),
            Volume = root.Text("spec", "volumeName"),
            StorageClass = root.Text("spec", "storageClassName"),
            Block = root.Text("spec", "volumeMode") == "Block",
            DataPending = claim.Metadata.Annotations.ContainsKey(VolumeStage.Pending),
        };
    }
}
