using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Controllers.Volumes;

/// <summary>A bound claim may ask for more only when its class allows it (PersistentVolumeClaimResize).</summary>
internal sealed class ResizeAdmission : IAdmissionPlugin
{
    public void Validate(AdmissionRequest request)
    {
        if (request is not { Operation: "UPDATE", Subresource: "", Resource: { Group: "", Resource: VolumeNames.Claims }, Object: { } claim, Old: { } old }) return;
        if (Requested(claim) <= Requested(old) || old.Text("status", "phase") != "Bound") return;
        var classes = request.Resources.Catalog.Get("storage.k8s.io", "v1", "storageclasses");
        var storageClass = request.Resources.Find(classes, string.Empty, VolumeMatch.ClassOf(claim))?.ToJson();
        if (storageClass.Flag("allowVolumeExpansion")) return;
        throw ApiErrors.Forbidden(
            request.Resource, request.Name, "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize");
    }

    private static Quantity Requested(System.Text.Json.Nodes.JsonObject claim) => VolumeMatch.Amount(claim.Text("spec", "resources", "requests", "storage"));
}
