using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Schemas.Admission;

/// <summary>Claims that name no class get the default one: of several the youngest.</summary>
internal sealed class DefaultStorageClass : IAdmissionPlugin
{
    private const string Mark = "storageclass.kubernetes.io/is-default-class";
    private const string OldMark = "storageclass.beta.kubernetes.io/is-default-class";

    /// <inheritdoc/>
    public void Admit(AdmissionRequest request)
    {
        if (request is not { Operation: "CREATE", Resource: { Group: "", Resource: "persistentvolumeclaims" }, Object: { } claim }
            || claim["spec"]?["storageClassName"] is not null
            || Json.Text(claim, "metadata", "annotations", "volume.beta.kubernetes.io/storage-class") is not null)
        {
            return;
        }

        var classes = request.Resources.Catalog.Get("storage.k8s.io", "v1", "storageclasses");
        var chosen = request.Resources.List(classes).Select(stored => stored.ToJson())
            .Where(storageClass => Json.Text(storageClass, "metadata", "annotations", Mark) == "true"
                || Json.Text(storageClass, "metadata", "annotations", OldMark) == "true")
            .OrderByDescending(storageClass => Json.Text(storageClass, "metadata", "creationTimestamp"), StringComparer.Ordinal)
            .ThenBy(storageClass => storageClass.Name(), StringComparer.Ordinal)
            .FirstOrDefault();
        if (chosen is not null)
        {
            Json.Object(claim, "spec")["storageClassName"] = chosen.Name();
        }
    }
}
