using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Volumes;

/// <summary>The four writes that join a claim and a volume, in the order that lets any of them be repeated.</summary>
internal sealed class VolumeBinder(IObjectClient client, TimeProvider time)
{
    public async Task BindAsync(JsonObject volume, JsonObject claim, CancellationToken cancellationToken)
    {
        await ReserveAsync(volume, claim, cancellationToken);
        await SetPhaseAsync(volume.Name(), "Bound", cancellationToken);
        await client.ChangeAsync(VolumeNames.Claims, claim.Namespace(), claim.Name(), "", latest =>
        {
            if (latest.Text("spec", "volumeName") is null or "")
            {
                latest.Ensure("spec")["volumeName"] = volume.Name();
                latest.SetAnnotation(VolumeNames.BoundByController, "yes");
            }

            latest.SetAnnotation(VolumeNames.BindCompleted, "yes");
        }, cancellationToken);
        await client.ChangeAsync(VolumeNames.Claims, claim.Namespace(), claim.Name(), "status", latest =>
        {
            var status = latest.Ensure("status");
            var changed = status.Text("phase") != "Bound";
            status["phase"] = "Bound";
            status["accessModes"] = volume.At("spec", "accessModes")?.DeepClone();
            if (changed || status.At("capacity") is null) status["capacity"] = volume.At("spec", "capacity")?.DeepClone();
        }, cancellationToken);
    }

    /// <summary>Writes the claim into the volume's claimRef; a reference that a user made keeps the look of one.</summary>
    public Task<JsonObject?> ReserveAsync(JsonObject volume, JsonObject claim, CancellationToken cancellationToken) =>
        client.ChangeAsync(VolumeNames.Volumes, null, volume.Name(), "", latest =>
        {
            var present = latest.At("spec", "claimRef");
            if (present is JsonObject && present.Text("uid") == claim.Uid()) return;
            if (present is not JsonObject) latest.SetAnnotation(VolumeNames.BoundByController, "yes");
            latest.Ensure("spec")["claimRef"] = Reference(claim);
        }, cancellationToken);

    public Task<JsonObject?> SetPhaseAsync(string volume, string phase, CancellationToken cancellationToken) =>
        client.ChangeAsync(VolumeNames.Volumes, null, volume, "status", latest =>
        {
            var status = latest.Ensure("status");
            if (status.Text("phase") == phase) return;
            status["phase"] = phase;
            status["lastPhaseTransitionTime"] = time.GetUtcNow().Stamp();
        }, cancellationToken);

    public static JsonObject Reference(JsonObject claim) => new()
    {
        ["kind"] = "PersistentVolumeClaim",
        ["namespace"] = claim.Namespace(),
        ["name"] = claim.Name(),
        ["uid"] = claim.Uid(),
        ["apiVersion"] = "v1",
        ["resourceVersion"] = claim.Text("metadata", "resourceVersion"),
    };
}
