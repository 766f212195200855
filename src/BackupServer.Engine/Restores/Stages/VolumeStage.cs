using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Restores.Planning;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>
/// Unties claims and volumes from where they were bound. Pure. A claim that data will be written to is marked until it has been, so that a
/// restore that starts again knows.
/// </summary>
public static class VolumeStage
{
    /// <summary>On a claim that this product made and has not written the data to yet.</summary>
    public const string Pending = "backupserver.io/volume-data-pending";

    private static readonly string[] BindingAnnotations =
    [
        "pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller", "volume.kubernetes.io/selected-node",
        "volume.kubernetes.io/storage-provisioner", "volume.beta.kubernetes.io/storage-provisioner",
    ];

    /// <summary>Changes the object in place.</summary>
    public static void Apply(ObjectReference target, JsonObject content, RestorePlan plan)
    {
        if (target.Resource == WellKnown.Claims)
        {
            Untie(content, plan.KeptVolumes);
            if (plan.VolumeOf(target.Name) is not null)
            {
                content.Ensure("metadata").Ensure("annotations")[Pending] = "true";
            }
        }
        else if (target.Resource == WellKnown.Volumes)
        {
            // Reserved for the claim by name; the uid was the old claim's.
            content.Remove("spec", "claimRef", "uid");
            content.Remove("spec", "claimRef", "resourceVersion");
        }
    }

    /// <summary>A claim as it was before it was bound, unless its volume is restored with it.</summary>
    public static void Untie(JsonObject claim, IReadOnlySet<string> keptVolumes)
    {
        foreach (var annotation in BindingAnnotations)
        {
            claim.Remove("metadata", "annotations", annotation);
        }

        claim.Remove("metadata", "annotations", Pending);
        claim.RemoveIfEmpty("metadata", "annotations");
        var volume = claim.Text("spec", "volumeName");
        if (volume.Length == 0)
        {
            // Never bound: where its data should come from is still to be used.
            return;
        }

        claim.Remove("spec", "dataSource");
        claim.Remove("spec", "dataSourceRef");
        if (!keptVolumes.Contains(volume))
        {
            claim.Remove("spec", "volumeName");
        }
    }
}
