using BackupServer.Abstractions.Resources;

namespace BackupServer.Engine.Volumes;

/// <summary>What a pod's annotations say about one of its volumes. Ours win over Velero's.</summary>
internal static class VolumeChoice
{
    /// <summary>The reason to copy (<see cref="VolumeReason.Default"/>, <see cref="VolumeReason.OptIn"/>) or not to.</summary>
    public static VolumeReason Of(PodFacts pod, string volume, bool optOutMode)
    {
        var excluded = IsExcluded(pod, volume);
        if (optOutMode)
        {
            return excluded ? VolumeReason.OptOut : VolumeReason.Default;
        }

        return IsNamed(pod, volume) ? VolumeReason.OptIn : excluded ? VolumeReason.OptOut : VolumeReason.NotChosen;
    }

    /// <summary>Whether the pod names the volume as one to copy.</summary>
    public static bool IsNamed(PodFacts pod, string volume) => Names(pod, Annotations.BackupVolumes, Annotations.VeleroBackupVolumes).Contains(volume);

    private static bool IsExcluded(PodFacts pod, string volume) =>
        Names(pod, Annotations.BackupVolumesExcludes, Annotations.VeleroBackupVolumesExcludes).Contains(volume);

    private static string[] Names(PodFacts pod, string ours, string theirs) =>
        (pod.Annotations.GetValueOrDefault(ours) ?? pod.Annotations.GetValueOrDefault(theirs) ?? "")
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
