using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Volumes;

/// <summary>Makes and removes our own volumes: a directory on this machine that one node may use.</summary>
internal sealed class LocalProvisioner(IObjectClient client, LocalPaths paths)
{
    /// <summary>Makes the directory and the volume for the claim on the node; the volume comes bound to the claim.</summary>
    public async Task<JsonObject> ProvisionAsync(JsonObject claim, JsonObject storageClass, string node, CancellationToken cancellationToken)
    {
        var name = "pvc-" + claim.Uid();
        Directory.CreateDirectory(paths.Volume(name));
        if (client.Get(VolumeNames.Volumes, null, name) is { } present) return present;
        return await client.CreateAsync(VolumeNames.Volumes, null, Describe(claim, storageClass, node, paths.Volume(name), name), cancellationToken);
    }

    /// <summary>Removes the data of a volume we made.</summary>
    /// <exception cref="IOException">Some of it stays.</exception>
    public Task RemoveAsync(JsonObject volume, CancellationToken cancellationToken) => FolderRemoval.RemoveAsync(paths.Volume(volume.Name()), cancellationToken);

    public static bool IsOurs(JsonObject volume) => volume.Annotation(VolumeNames.ProvisionedBy) == VolumeNames.Provisioner;

    private static JsonObject Describe(JsonObject claim, JsonObject storageClass, string node, string directory, string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "PersistentVolume",
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["annotations"] = new JsonObject { [VolumeNames.ProvisionedBy] = VolumeNames.Provisioner },
            ["finalizers"] = new JsonArray(VolumeNames.VolumeProtection),
        },
        ["spec"] = new JsonObject
        {
            ["capacity"] = new JsonObject { ["storage"] = claim.At("spec", "resources", "requests", "storage")?.DeepClone() ?? "1Gi" },
            ["accessModes"] = claim.At("spec", "accessModes")?.DeepClone(),
            ["claimRef"] = VolumeBinder.Reference(claim),
            ["persistentVolumeReclaimPolicy"] = storageClass.Text("reclaimPolicy") ?? "Delete",
            ["storageClassName"] = storageClass.Name(),
            ["volumeMode"] = claim.Text("spec", "volumeMode") ?? "Filesystem",
            ["local"] = new JsonObject { ["path"] = directory },
            ["nodeAffinity"] = new JsonObject
            {
                ["required"] = new JsonObject
                {
                    ["nodeSelectorTerms"] = new JsonArray(new JsonObject
                    {
                        ["matchExpressions"] = new JsonArray(new JsonObject
                        {
                            ["key"] = "kubernetes.io/hostname",
                            ["operator"] = "In",
                            ["values"] = new JsonArray(node),
                        }),
                    }),
                },
            },
        },
    };
}
