using System.Text.Json;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Engine.Volumes;

/// <summary>What the protection of volumes depends on in a PersistentVolume.</summary>
public sealed record PersistentVolumeFacts
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is a directory of its node that no mount leads to.</summary>
    public bool HostPath { get; init; }

    /// <summary><c>spec.persistentVolumeReclaimPolicy</c>.</summary>
    public string ReclaimPolicy { get; init; } = "";

    /// <summary>Capacity in bytes; 0 when unknown.</summary>
    public decimal Capacity { get; init; }

    /// <summary>Reads a PersistentVolume; members that are not what they should be read as absent.</summary>
    public static PersistentVolumeFacts Read(RawObject volume)
    {
        using var document = JsonDocument.Parse(volume.Utf8);
        var root = document.RootElement;
        return new PersistentVolumeFacts
        {
            Name = volume.Metadata.Name,
            HostPath = root.Has("spec", "hostPath"),
            ReclaimPolicy = root.Text("spec", "persistentVolumeReclaimPolicy"),
            Capacity = Quantity.TryParse(root.Text("spec", "capacity", "storage"), out var bytes) ? bytes : 0,
        };
    }
}
