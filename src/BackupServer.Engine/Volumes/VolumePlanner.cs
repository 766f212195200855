using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;

namespace BackupServer.Engine.Volumes;

/// <summary>
/// Decides about every volume of a backup. Pure. A claim is decided once, however many pods mount it, and copied through the first pod
/// (by name) that can be read through; a volume without a claim belongs to its pod.
/// </summary>
public static class VolumePlanner
{
    // Kubernetes fills these from other objects, which are in the backup themselves; hostPath is the node's, not the application's.
    private static readonly HashSet<string> WithoutOwnData =
        ["hostPath", "secret", "configMap", "projected", "downwardAPI", "gitRepo", "image", ""];

    // Made with the pod and gone with it. There is nothing to write their data into before the pod's containers start.
    private static readonly HashSet<string> Ephemeral = ["emptyDir", "csi"];

    /// <summary>Decides; the plans are in order of their keys.</summary>
    public static IReadOnlyList<VolumePlan> Plan(VolumePlanInput input)
    {
        var users = input.Pods.Concat(input.OtherPods)
            .SelectMany(pod => pod.Volumes.Where(volume => volume.Claim is not null).Select(volume => (Pod: pod, Volume: volume)))
            .OrderBy(use => use.Pod.Name, StringComparer.Ordinal)
            .ToLookup(use => (use.Pod.Namespace, use.Volume.Claim!));
        var claims = input.Claims.ToDictionary(claim => (claim.Namespace, claim.Name));
        var ofClaims = claims.Values.Select(claim => PlanClaim(claim, [.. users[(claim.Namespace, claim.Name)]], input));
        var ofPods = input.Pods.SelectMany(pod => pod.Volumes
            .Where(volume => volume.Claim is null || !claims.ContainsKey((pod.Namespace, volume.Claim)))
            .Select(volume => PlanPodVolume(pod, volume, input)));
        return [.. ofClaims.Concat(ofPods).OrderBy(plan => plan.Key, StringComparer.Ordinal)];
    }

    private static VolumePlan PlanClaim(ClaimFacts claim, List<(PodFacts Pod, PodVolumeFacts Volume)> users, VolumePlanInput input)
    {
        var plan = new VolumePlan
        {
            Key = $"{claim.Namespace}/{claim.Name}",
            Namespace = claim.Namespace,
            Claim = claim.Name,
            Volume = claim.Volume.Length > 0 ? claim.Volume : null,
            Method = VolumeMethod.Skip,
            Reason = VolumeReason.NotBound,
            Explanation = "the claim has no volume yet, so there is no data",
        };
        var choices = users.Select(use => (Use: use, Reason: VolumeChoice.Of(use.Pod, use.Volume.Name, input.OptOutMode == true))).ToList();
        var chosen = choices.Where(choice => choice.Reason is VolumeReason.Default or VolumeReason.OptIn).ToList();
        if (chosen.Count == 0 && choices.Exists(choice => choice.Reason == VolumeReason.OptOut))
        {
            return Skipped(plan, VolumeReason.OptOut);
        }

        // Whatever is in its volume now is not the application's data, whoever mounts it.
        if (claim.DataPending || claim.Phase == "Lost")
        {
            return Lost(plan, claim.DataPending ? VolumeReason.RestorePending : VolumeReason.VolumeGone);
        }

        if (!claim.IsBound)
        {
            return plan;
        }

        if (chosen.Count == 0)
        {
            return NotChosen(plan, choices.Count > 0, input.OptOutMode);
        }

        if (claim.Block)
        {
            return Lost(plan, VolumeReason.BlockVolume);
        }

        if (input.Volumes.TryGetValue(claim.Volume, out var volume) && volume.HostPath)
        {
            return Lost(plan, VolumeReason.UnsupportedVolume);
        }

        var judged = chosen.Select(choice => (choice.Use, choice.Reason, Obstacle: ObstacleOf(choice.Use.Pod, choice.Use.Volume, input))).ToList();
        var usable = judged.Find(candidate => candidate.Obstacle is null);
        return usable.Use.Pod is null
            ? Lost(Through(plan, judged[0].Use), judged[0].Obstacle!.Value)
            : Through(plan, usable.Use) with { Method = VolumeMethod.FileCopy, Reason = usable.Reason, Explanation = "" };
    }

    // Left out knowingly when somebody chose to name what is copied; a loss when nobody chose anything.
    private static VolumePlan NotChosen(VolumePlan plan, bool isMounted, bool? optOutMode) =>
        optOutMode == true ? Lost(plan, VolumeReason.NotMounted)
        : optOutMode == false ? Skipped(plan, VolumeReason.NotChosen) with { IsSpared = true }
        : Lost(plan, isMounted ? VolumeReason.NotChosen : VolumeReason.NotMounted);

    private static VolumePlan PlanPodVolume(PodFacts pod, PodVolumeFacts volume, VolumePlanInput input)
    {
        var plan = Through(
            new VolumePlan
            {
                Key = $"{pod.Namespace}/{pod.Name}/{volume.Name}",
                Namespace = pod.Namespace,
                Method = VolumeMethod.Skip,
                Reason = VolumeReason.ClaimExcluded,
                Explanation = $"the backup leaves the claim {pod.Namespace}/{volume.Claim} out",
            },
            (pod, volume));
        if (volume.Claim is not null)
        {
            return plan;
        }

        if (WithoutOwnData.Contains(volume.Source) || volume.Name.StartsWith("default-token", StringComparison.Ordinal))
        {
            return Skipped(plan, VolumeReason.UnsupportedVolume);
        }

        var choice = VolumeChoice.Of(pod, volume.Name, input.OptOutMode == true);
        if (choice == VolumeReason.OptOut)
        {
            return Skipped(plan, choice);
        }

        if (Ephemeral.Contains(volume.Source) && !VolumeChoice.IsNamed(pod, volume.Name))
        {
            return Skipped(plan, VolumeReason.Scratch) with { IsSpared = true };
        }

        if (choice == VolumeReason.NotChosen)
        {
            return NotChosen(plan, isMounted: true, input.OptOutMode);
        }

        // Data of a pod that is over or elsewhere cannot be reached and may be gone with it: only what somebody named is missed.
        return ObstacleOf(pod, volume, input) is not { } obstacle ? plan with { Method = VolumeMethod.FileCopy, Reason = choice, Explanation = "" }
            : choice == VolumeReason.OptIn || obstacle == VolumeReason.NoAgent ? Lost(plan, obstacle)
            : Skipped(plan, obstacle);
    }

    private static VolumeReason? ObstacleOf(PodFacts pod, PodVolumeFacts volume, VolumePlanInput input) =>
        volume.Device ? VolumeReason.BlockVolume
        : !volume.Mounted ? VolumeReason.NotMounted
        : pod.Phase != "Running" ? VolumeReason.PodNotRunning
        : !input.NodesWithAgent.Contains(pod.Node) ? VolumeReason.NoAgent
        : null;

    private static VolumePlan Through(VolumePlan plan, (PodFacts Pod, PodVolumeFacts Volume) use) => plan with
    {
        Pod = use.Pod.Name,
        PodUid = use.Pod.Uid,
        PodVolume = use.Volume.Name,
        Node = use.Pod.Node,
    };

    private static VolumePlan Lost(VolumePlan plan, VolumeReason reason) => Skipped(plan, reason) with { IsLoss = true };

    private static VolumePlan Skipped(VolumePlan plan, VolumeReason reason) => plan with { Reason = reason, Explanation = Explain(plan, reason) };

    private static string Explain(VolumePlan plan, VolumeReason reason) => reason switch
    {
        VolumeReason.OptOut => $"the annotation {Annotations.BackupVolumesExcludes} of its pod opts it out",
        VolumeReason.NotChosen => $"nobody chose it: name the volume in the annotation {Annotations.BackupVolumes} of its pod, or set defaultVolumesToFsBackup to true (false leaves such volumes out knowingly)",
        VolumeReason.UnsupportedVolume => "a volume of this type cannot be copied, or holds no data of its own",
        VolumeReason.NotMounted => plan.Pod is null
            ? "no pod uses it, so there is no directory to read it through; run a pod that mounts it"
            : $"no container of pod {plan.Pod} mounts it, so there is no directory to read it through",
        VolumeReason.PodNotRunning => $"pod {plan.Pod} is not running, so its volumes are not mounted; start it, or opt the volume out",
        VolumeReason.NoAgent => $"no agent runs on node {plan.Node} of pod {plan.Pod}; let the agent's DaemonSet cover that node",
        VolumeReason.RestorePending => "a restore has not written its data yet; back up again when that restore is done, or delete the claim and restore again if it has failed",
        VolumeReason.VolumeGone => "the claim's volume is gone (its phase is Lost), and its data with it",
        VolumeReason.Scratch => $"a volume of this type goes with its pod, and a restore cannot write into it before the pod starts; name it in the annotation {Annotations.BackupVolumes} of its pod to have its files kept in the backup all the same",
        VolumeReason.BlockVolume => "a raw block device has no files to copy; opt it out if it is protected otherwise",
        _ => plan.Explanation,
    };
}
