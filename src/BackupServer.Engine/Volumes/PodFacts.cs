using System.Text.Json;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Engine.Volumes;

/// <summary>What the protection of volumes depends on in a pod.</summary>
public sealed record PodFacts
{
    /// <summary>Namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Unique id.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Node; empty when it is not placed.</summary>
    public string Node { get; init; } = "";

    /// <summary><c>status.phase</c>.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Priority class; empty when it names none.</summary>
    public string PriorityClass { get; init; } = "";

    /// <summary>Annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Volumes.</summary>
    public IReadOnlyList<PodVolumeFacts> Volumes { get; init; } = [];

    /// <summary>Reads a pod; members that are not what they should be read as absent.</summary>
    public static PodFacts Read(RawObject pod)
    {
        using var document = JsonDocument.Parse(pod.Utf8);
        var root = document.RootElement;
        var containers = root.Items("spec", "containers")
            .Concat(root.Items("spec", "initContainers"))
            .Concat(root.Items("spec", "ephemeralContainers"))
            .ToList();
        var mounted = containers.SelectMany(container => container.Items("volumeMounts")).Select(mount => mount.Text("name")).ToHashSet();
        var devices = containers.SelectMany(container => container.Items("volumeDevices")).Select(device => device.Text("name")).ToHashSet();
        return new PodFacts
        {
            Namespace = pod.Metadata.Namespace,
            Name = pod.Metadata.Name,
            Uid = pod.Metadata.Uid,
            Node = root.Text("spec", "nodeName"),
            Phase = root.Text("status", "phase"),
            PriorityClass = root.Text("spec", "priorityClassName"),
            Annotations = pod.Metadata.Annotations,
            Volumes = [.. root.Items("spec", "volumes").Select(volume => ReadVolume(volume, pod.Metadata.Name, mounted, devices))],
        };
    }

    private static PodVolumeFacts ReadVolume(JsonElement volume, string pod, HashSet<string> mounted, HashSet<string> devices)
    {
        var name = volume.Text("name");
        var source = volume.ValueKind == JsonValueKind.Object
            ? volume.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Object).Select(member => member.Name).FirstOrDefault("")
            : "";

        // A generic ephemeral volume is on a claim that its controller names after pod and volume.
        var claim = source switch
        {
            "persistentVolumeClaim" => volume.Text(source, "claimName"),
            "ephemeral" => $"{pod}-{name}",
            _ => null,
        };
        return new PodVolumeFacts(name, source, claim, mounted.Contains(name), devices.Contains(name));
    }
}
