using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers.Workloads;

namespace BackupServer.DevCluster.Controllers.Volumes;

/// <summary>
/// Keeps a claim until no Pod on a node uses it, and a volume until no claim is bound to it, by their protection finalizers.
/// A key with a namespace is a claim, one without a volume.
/// </summary>
internal sealed class VolumeProtectionController(ControllerContext context) : Reconciler(context, "volume-protection-controller")
{
    protected override IReadOnlyCollection<string>? Watched { get; } = [VolumeNames.Claims, VolumeNames.Volumes, "pods"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource != "pods") return change.Deleted ? [] : [change.Key];
        return change.Deleted || PodStates.IsFinished(change.Object) ? ClaimsOf(change.Object).Select(claim => new ObjectKey(change.Namespace, claim)) : [];
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (key.Namespace is null)
        {
            if (Client.Get(VolumeNames.Volumes, null, key.Name) is { } volume)
            {
                await ProtectAsync(volume, VolumeNames.Volumes, VolumeNames.VolumeProtection, volume.Text("status", "phase") == "Bound", cancellationToken);
            }
        }
        else if (Client.Get(VolumeNames.Claims, key.Namespace, key.Name) is { } claim)
        {
            var used = claim.IsDeleting() && Client.List("pods", key.Namespace).Any(pod =>
                pod.Text("spec", "nodeName") is { Length: > 0 } && !PodStates.IsFinished(pod) && ClaimsOf(pod).Contains(key.Name));
            await ProtectAsync(claim, VolumeNames.Claims, VolumeNames.ClaimProtection, used, cancellationToken);
        }

        return null;
    }

    /// <summary>Names of the claims a Pod uses, those of ephemeral volumes included.</summary>
    public static IEnumerable<string> ClaimsOf(JsonObject pod) => pod.Items("spec", "volumes")
        .Select(volume => volume.Text("persistentVolumeClaim", "claimName")
            ?? (volume.At("ephemeral") is null ? null : $"{pod.Name()}-{volume.Text("name")}"))
        .OfType<string>();

    private async Task ProtectAsync(JsonObject subject, string resource, string finalizer, bool inUse, CancellationToken cancellationToken)
    {
        if (subject.IsDeleting() == subject.HasFinalizer(finalizer) && (!subject.IsDeleting() || !inUse))
        {
            await Client.ChangeAsync(resource, subject.Namespace(), subject.Name(), "", latest =>
            {
                if (latest.Uid() != subject.Uid()) return;
                if (latest.IsDeleting())
                {
                    latest.RemoveFinalizer(finalizer);
                    return;
                }

                var metadata = latest.Ensure("metadata");
                if (metadata["finalizers"] is not JsonArray finalizers) metadata["finalizers"] = finalizers = [];
                if (!latest.HasFinalizer(finalizer)) finalizers.Add(finalizer);
            }, cancellationToken);
        }
    }
}
