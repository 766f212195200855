using System.Text.Json.Nodes;
using BackupServer.DevCluster.Cluster;

namespace BackupServer.DevCluster.Controllers.Volumes;

/// <summary>Makes the cluster's own StorageClasses once, at the first start: whoever deletes or changes them later has the last word.</summary>
internal sealed class StorageClassController(ControllerContext context) : IController
{
    public string Name => "storage-classes";

    public async Task RunAsync(CancellationToken ct)
    {
        var client = context.ClientFor(Name);
        if (client.List(VolumeNames.Classes).Any(present => present.Text("provisioner") == VolumeNames.Provisioner)) return;
        await client.CreateAsync(VolumeNames.Classes, null, Class("local-wait", "WaitForFirstConsumer", "Delete", standard: true), ct);
        await client.CreateAsync(VolumeNames.Classes, null, Class("local-now", "Immediate", "Delete", standard: false), ct);
        await client.CreateAsync(VolumeNames.Classes, null, Class("local-retain", "WaitForFirstConsumer", "Retain", standard: false), ct);
    }

    private static JsonObject Class(string name, string mode, string reclaim, bool standard)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (standard) metadata["annotations"] = new JsonObject { [VolumeNames.DefaultClass] = "true" };
        return new JsonObject
        {
            ["apiVersion"] = "storage.k8s.io/v1",
            ["kind"] = "StorageClass",
            ["metadata"] = metadata,
            ["provisioner"] = VolumeNames.Provisioner,
            ["reclaimPolicy"] = reclaim,
            ["volumeBindingMode"] = mode,
            ["allowVolumeExpansion"] = true,
        };
    }
}
