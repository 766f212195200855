using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Volumes;

/// <summary>Makes the claims of Pods' generic ephemeral volumes; they go with the Pod.</summary>
internal sealed class EphemeralClaimController(ControllerContext context) : Reconciler(context, "ephemeral-volume-controller")
{
    protected override IReadOnlyCollection<string>? Watched { get; } = ["pods"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change) =>
        change.Created && change.Object.Items("spec", "volumes").Any(volume => volume.At("ephemeral") is not null) ? [change.Key] : [];

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get("pods", key.Namespace, key.Name) is not { } pod || pod.IsDeleting()) return null;
        foreach (var volume in pod.Items("spec", "volumes").Where(volume => volume.At("ephemeral") is not null))
        {
            var name = $"{pod.Name()}-{volume.Text("name")}";
            if (Client.Get(VolumeNames.Claims, key.Namespace, name) is not null) continue;
            var template = volume.At("ephemeral", "volumeClaimTemplate");
            var metadata = template.At("metadata")?.DeepClone() as JsonObject ?? [];
            metadata["name"] = name;
            metadata["namespace"] = key.Namespace;
            metadata["ownerReferences"] = new JsonArray(OwnerReference.ControllerReference(pod));
            await Client.CreateAsync(VolumeNames.Claims, key.Namespace, new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "PersistentVolumeClaim",
                ["metadata"] = metadata,
                ["spec"] = template.At("spec")?.DeepClone(),
            }, cancellationToken);
        }

        return null;
    }
}
