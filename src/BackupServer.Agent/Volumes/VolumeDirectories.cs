using BackupServer.Abstractions.Resources;

namespace BackupServer.Agent.Volumes;

/// <summary>Finds where the kubelet has mounted a pod's volume: <c>pods/&lt;uid&gt;/volumes/&lt;plugin&gt;/&lt;name&gt;</c>, below it <c>mount</c> for CSI.</summary>
internal sealed class VolumeDirectories(string kubeletRoot)
{
    private const string Csi = "kubernetes.io~csi";

    /// <summary>The directory of a volume.</summary>
    /// <param name="pod">The pod that has it mounted.</param>
    /// <param name="podVolume">Name in the pod's specification; the directory's name when there is no PersistentVolume.</param>
    /// <param name="persistentVolume">Name of the PersistentVolume; the directory's name when there is one.</param>
    /// <exception cref="VolumeNotFoundException">It is not mounted here.</exception>
    public string Find(PodReference pod, string podVolume, string? persistentVolume)
    {
        var volumes = Path.Combine(kubeletRoot, "pods", pod.Uid, "volumes");
        if (!Directory.Exists(volumes))
        {
            throw new VolumeNotFoundException(
                $"pod {pod.Namespace}/{pod.Name} (uid {pod.Uid}) has no volumes below {volumes}: it is not on this node, has ended, or the kubelet's directory is another one (--kubelet-root)");
        }

        var name = persistentVolume is { Length: > 0 } ? persistentVolume : podVolume;
        foreach (var plugin in Directory.EnumerateDirectories(volumes).Order(StringComparer.Ordinal))
        {
            var candidate = Path.Combine(plugin, name);
            if (Path.GetFileName(plugin) == Csi)
            {
                candidate = Path.Combine(candidate, "mount");
            }

            if (Directory.Exists(candidate))
            {
                return Resolve(candidate);
            }
        }

        throw new VolumeNotFoundException($"volume {name} of pod {pod.Namespace}/{pod.Name} is not mounted below {volumes}; raw block volumes have no files to copy");
    }

    /// <summary>The mount itself may be behind a symbolic link; what is inside never is followed.</summary>
    private static string Resolve(string path) => new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
}
