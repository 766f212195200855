using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Controllers.Volumes;
using BackupServer.DevCluster.Tests.Nodes;

namespace BackupServer.DevCluster.Tests.Controllers;

public sealed class VolumeTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private IObjectClient Client => cluster.Client;

    private static CancellationToken Ct => RunningCluster.Ct;

    [Fact]
    public async Task An_immediate_claim_is_bound_to_a_new_local_volume_and_takes_it_along_when_deleted()
    {
        var ns = await cluster.NamespaceAsync();

        await ClaimAsync(ns, "c", "local-now");
        var volume = await BoundAsync(ns, "c");

        Assert.Equal(Path.Combine(cluster.Data, "volumes", volume.Name()), volume.Text("spec", "local", "path"));
        Assert.True(Directory.Exists(volume.Text("spec", "local", "path")));
        Assert.Equal("Delete", volume.Text("spec", "persistentVolumeReclaimPolicy"));
        Assert.Single(volume.Items("spec", "nodeAffinity", "required", "nodeSelectorTerms"));
        await Client.DeleteAsync("persistentvolumeclaims", ns, "c", new DeleteWish(), Ct);
        await RunningCluster.UntilAsync(() => Client.Get("persistentvolumes", null, volume.Name()) is null, "the volume is gone");
        Assert.False(Directory.Exists(volume.Text("spec", "local", "path")));
    }

    [Fact]
    public async Task A_claim_of_a_waiting_class_stays_pending_without_a_consumer()
    {
        var ns = await cluster.NamespaceAsync();

        await ClaimAsync(ns, "c", "local-wait");

        await RunningCluster.UntilAsync(() => Client.List("events", ns).Any(e => e.Text("reason") == "WaitForFirstConsumer"), "an event says that it waits");
        Assert.Equal("Pending", Client.Get("persistentvolumeclaims", ns, "c").Text("status", "phase"));
    }

    [Fact]
    public async Task A_claim_without_a_class_gets_the_default_one()
    {
        var ns = await cluster.NamespaceAsync();

        await cluster.CreateAsync("persistentvolumeclaims", ns, """{"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""");

        await RunningCluster.UntilAsync(() => Client.Get("persistentvolumeclaims", ns, "c").Text("spec", "storageClassName") == "local-wait", "it has the default class");
    }

    [Fact]
    public async Task A_retained_volume_is_released_with_its_data_and_can_be_bound_again()
    {
        var ns = await cluster.NamespaceAsync();
        await ClaimAsync(ns, "c", "local-retain");
        await cluster.RunPodAsync(
            ns, "p", "echo kept > data/f; sleep 600", ""","terminationGracePeriodSeconds":1,"volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c"}}]""",
            ""","volumeMounts":[{"name":"v","mountPath":"/data"}]""");
        await cluster.ReadyAsync(ns, "p");
        var volume = await BoundAsync(ns, "c");
        var file = Path.Combine(volume.Text("spec", "local", "path")!, "f");
        await RunningCluster.UntilAsync(() => File.Exists(file), "the file is written");

        await Client.DeleteAsync("pods", ns, "p", new DeleteWish(GraceSeconds: 1), Ct);
        await Client.DeleteAsync("persistentvolumeclaims", ns, "c", new DeleteWish(), Ct);
        await RunningCluster.UntilAsync(() => Client.Get("persistentvolumes", null, volume.Name()).Text("status", "phase") == "Released", "the volume is released");
        await Client.ChangeAsync("persistentvolumes", null, volume.Name(), "", latest => latest.Fields("spec")!.Remove("claimRef"), Ct);
        await cluster.CreateAsync("persistentvolumeclaims", ns, $$$"""
            {"metadata":{"name":"again"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"local-retain","volumeName":"{{{volume.Name()}}}","resources":{"requests":{"storage":"1Gi"} } }}
            """);

        Assert.Equal(volume.Uid(), (await BoundAsync(ns, "again")).Uid());
        Assert.Equal("kept\n", await File.ReadAllTextAsync(file, Ct));
    }

    [Fact]
    public async Task A_claim_in_use_is_kept_until_its_pod_is_gone()
    {
        var ns = await cluster.NamespaceAsync();
        await ClaimAsync(ns, "c", "local-wait");
        await cluster.RunPodAsync(ns, "p", "sleep 600", ""","volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c"}}]""");
        await cluster.ReadyAsync(ns, "p");

        await Client.DeleteAsync("persistentvolumeclaims", ns, "c", new DeleteWish(), Ct);
        await cluster.CreateAsync("configmaps", ns, """{"metadata":{"name":"later"}}""");

        Assert.True(Client.Get("persistentvolumeclaims", ns, "c").HasFinalizer(VolumeNames.ClaimProtection));
        await Client.DeleteAsync("pods", ns, "p", new DeleteWish(GraceSeconds: 0), Ct);
        await RunningCluster.UntilAsync(() => Client.Get("persistentvolumeclaims", ns, "c") is null, "the claim is gone");
    }

    [Fact]
    public async Task A_csi_volume_is_found_under_mount_with_its_volume_data()
    {
        var ns = await cluster.NamespaceAsync();
        await Client.CreateAsync("persistentvolumes", null, RunningCluster.Parse("""
            {"metadata":{"name":"csi-1"},"spec":{"accessModes":["ReadWriteOnce"],"capacity":{"storage":"1Gi"},"storageClassName":"none",
             "csi":{"driver":"x.test","volumeHandle":"h-1"}}}
            """), Ct);
        await ClaimAsync(ns, "c", "none");

        await cluster.RunPodAsync(
            ns, "p", "echo kept > data/f; sleep 600", ""","volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c"}}]""", ""","volumeMounts":[{"name":"v","mountPath":"/data"}]""");
        var pod = await cluster.ReadyAsync(ns, "p");

        var folder = cluster.LayoutOf(pod.Text("spec", "nodeName")!).Volume(pod.Uid(), "kubernetes.io/csi", "csi-1");
        await RunningCluster.UntilAsync(() => File.Exists(Path.Combine(folder, "mount", "f")), "the file is there");
        Assert.Equal("h-1", JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "vol_data.json"), Ct)).Text("volumeHandle"));
    }

    private Task<JsonObject> ClaimAsync(string ns, string name, string storageClass) => cluster.CreateAsync("persistentvolumeclaims", ns, $$$"""
        {"metadata":{"name":"{{{name}}}"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"{{{storageClass}}}","resources":{"requests":{"storage":"1Gi"} } }}
        """);

    private async Task<JsonObject> BoundAsync(string ns, string name)
    {
        await RunningCluster.UntilAsync(() => Client.Get("persistentvolumeclaims", ns, name).Text("status", "phase") == "Bound", $"claim {name} is bound");
        return Client.Get("persistentvolumes", null, Client.Get("persistentvolumeclaims", ns, name).Text("spec", "volumeName")!)!;
    }
}
