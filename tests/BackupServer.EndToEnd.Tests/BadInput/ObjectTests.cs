using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.EndToEnd.Tests.BadInput;

/// <summary>Objects that move while they are read, and restores into places that do not fit.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class ObjectTests(SharedCluster cluster)
{
    private static readonly GroupVersionResource ConfigMaps = new("", "v1", "configmaps");
    private static readonly GroupVersionResource Namespaces = new("", "v1", "namespaces");

    [Fact]
    public async Task Objects_that_change_and_vanish_while_listed_harm_no_backup()
    {
        var location = await cluster.LocationAsync();
        await cluster.CreateNamespaceAsync("restless");
        for (var i = 0; i < 40; i++)
        {
            _ = await cluster.CreateAsync(ConfigMap("restless", $"map-{i}"));
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestCluster.Ct);
        var churning = ChurnAsync(enough.Token);
        _ = await cluster.CreateBackupAsync("restless", new BackupSpec { IncludedNamespaces = ["restless"], StorageLocation = location.Name });
        var backup = await cluster.EndOfBackupAsync("restless");
        await enough.CancelAsync();
        await churning;

        Assert.Equal(0, backup.Status!.Errors);
        Assert.True(backup.Status.Progress!.ItemsBackedUp >= 20, "objects are missing that were there all the time");
    }

    [Fact]
    public async Task Custom_resource_without_its_definition_is_named_and_the_rest_is_restored()
    {
        var location = await cluster.LocationAsync();
        await cluster.CreateNamespaceAsync("orphaned");
        _ = await cluster.CreateAsync(Definition);
        _ = await cluster.CreateAsync(ConfigMap("orphaned", "kept"));
        _ = await cluster.CreateAsync("""{"apiVersion":"orphans.example.com/v1","kind":"Orphan","metadata":{"name":"lonely","namespace":"orphaned"},"spec":{"a":1}}""");
        _ = await cluster.CreateBackupAsync("orphaned", new BackupSpec { IncludedNamespaces = ["orphaned"], IncludeClusterResources = false, StorageLocation = location.Name });
        _ = await cluster.EndOfBackupAsync("orphaned");
        var definitions = new GroupVersionResource("apiextensions.k8s.io", "v1", "customresourcedefinitions");
        _ = await cluster.Client.DeleteAsync(definitions, null, "orphans.orphans.example.com", cancellationToken: TestCluster.Ct);
        await Eventually.HoldsAsync(
            async () => await cluster.Client.FindAsync(definitions, null, "orphans.orphans.example.com", TestCluster.Ct) is null, "the definition does not go away");

        _ = await cluster.CreateRestoreAsync("orphaned", new RestoreSpec { BackupName = "orphaned", NamespaceMapping = new() { ["orphaned"] = "orphaned-again" } });
        var restore = await cluster.EndOfRestoreAsync("orphaned", RestorePhase.PartiallyFailed);

        Assert.Contains(restore.Status!.Messages!, m => m.Contains("orphans.orphans.example.com", StringComparison.Ordinal));
        Assert.NotNull(await cluster.Client.FindAsync(ConfigMaps, "orphaned-again", "kept", TestCluster.Ct));
    }

    [Fact]
    public async Task Restore_into_a_namespace_that_is_terminating_waits_until_it_is_gone()
    {
        var location = await cluster.LocationAsync();
        await cluster.CreateNamespaceAsync("ending");
        _ = await cluster.CreateAsync(ConfigMap("ending", "kept"));
        _ = await cluster.CreateBackupAsync("ending", new BackupSpec { IncludedNamespaces = ["ending"], StorageLocation = location.Name });
        _ = await cluster.EndOfBackupAsync("ending");
        _ = await cluster.Client.PatchAsync(ConfigMaps, "ending", "kept", Patch.Merge("""{"metadata":{"finalizers":["example.com/hold"]}}"""u8.ToArray()), cancellationToken: TestCluster.Ct);
        var old = await cluster.Client.GetAsync(Namespaces, null, "ending", TestCluster.Ct);
        _ = await cluster.Client.DeleteAsync(Namespaces, null, "ending", cancellationToken: TestCluster.Ct);

        _ = await cluster.CreateRestoreAsync("ending", new RestoreSpec { BackupName = "ending" });
        _ = await cluster.RestoreAsync("ending", r => r.Status?.Phase == RestorePhase.InProgress);
        _ = await cluster.Client.PatchAsync(ConfigMaps, "ending", "kept", Patch.Merge("""{"metadata":{"finalizers":null}}"""u8.ToArray()), cancellationToken: TestCluster.Ct);
        _ = await cluster.EndOfRestoreAsync("ending");

        Assert.NotEqual(old.Metadata.Uid, (await cluster.Client.GetAsync(Namespaces, null, "ending", TestCluster.Ct)).Metadata.Uid);
        Assert.NotNull(await cluster.Client.FindAsync(ConfigMaps, "ending", "kept", TestCluster.Ct));
    }

    [Fact]
    public async Task Volume_data_for_a_claim_that_exists_is_not_written_over_it_and_is_named()
    {
        var location = await cluster.LocationAsync();
        _ = await cluster.ApplicationAsync();
        _ = await cluster.CreateBackupAsync("for-small", new BackupSpec { IncludedNamespaces = ["steady"], DefaultVolumesToFsBackup = true, StorageLocation = location.Name });
        _ = await cluster.EndOfBackupAsync("for-small");
        await cluster.CreateNamespaceAsync("too-small");
        _ = await cluster.CreateAsync(
            """{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data","namespace":"too-small"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Ki"}}}}""");

        _ = await cluster.CreateRestoreAsync("for-small", new RestoreSpec { BackupName = "for-small", NamespaceMapping = new() { ["steady"] = "too-small" } });
        var restore = await cluster.RestoreAsync("for-small", r => r.Status?.CompletionTimestamp is not null);

        Assert.True(restore.Status!.Errors + restore.Status.Warnings > 0, restore.Words());
        Assert.Contains(restore.Status.Messages!, m => m.Contains("data", StringComparison.Ordinal) && m.Contains("exist", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Volume_that_nobody_can_copy_makes_the_backup_PartiallyFailed_by_name_and_the_rest_is_kept()
    {
        var location = await cluster.LocationAsync();
        await cluster.CreateNamespaceAsync("unprotected");
        _ = await cluster.CreateAsync(ConfigMap("unprotected", "kept"));
        _ = await cluster.CreateAsync(
            """{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"foreign"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"storageClassName":"manual","csi":{"driver":"nobody.example.com","volumeHandle":"x"},"claimRef":{"namespace":"unprotected","name":"unmounted"}}}""");
        _ = await cluster.CreateAsync(
            """{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"unmounted","namespace":"unprotected"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"manual","volumeName":"foreign","resources":{"requests":{"storage":"1Gi"}}}}""");
        await Eventually.HoldsAsync(
            async () => (string?)(await cluster.Client.GetAsync(new GroupVersionResource("", "v1", "persistentvolumeclaims"), "unprotected", "unmounted", TestCluster.Ct)).ToNode()["status"]?["phase"] == "Bound",
            "the claim is not bound");

        _ = await cluster.CreateBackupAsync("unprotected", new BackupSpec { IncludedNamespaces = ["unprotected"], DefaultVolumesToFsBackup = true, StorageLocation = location.Name });
        var backup = await cluster.EndOfBackupAsync("unprotected", BackupPhase.PartiallyFailed);

        Assert.Contains(backup.Status!.Messages!, m => m.Contains("unprotected/unmounted", StringComparison.Ordinal));
        Assert.NotNull(backup.Status.SnapshotId);
        _ = await cluster.CreateRestoreAsync("unprotected", new RestoreSpec { BackupName = "unprotected", IncludedResources = ["configmaps"], NamespaceMapping = new() { ["unprotected"] = "unprotected-again" } });
        _ = await cluster.EndOfRestoreAsync("unprotected");
        Assert.NotNull(await cluster.Client.FindAsync(ConfigMaps, "unprotected-again", "kept", TestCluster.Ct));
    }

    private const string Definition = """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"orphans.orphans.example.com"},
        "spec":{"group":"orphans.example.com","scope":"Namespaced","names":{"plural":"orphans","singular":"orphan","kind":"Orphan","listKind":"OrphanList"},
        "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
        """;

    private static string ConfigMap(string ns, string name) => $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}"},"data":{"a":"1"}}""";

    private async Task ChurnAsync(CancellationToken cancellationToken)
    {
        var random = new Random(3);
        try
        {
            for (var i = 0; ; i++)
            {
                // Only the upper half is ever deleted; the lower half must be in the backup, in whatever version.
                var upper = $"map-{random.Next(20, 40)}";
                _ = await cluster.Client.DeleteAsync(ConfigMaps, "restless", upper, cancellationToken: cancellationToken);
                var change = new JsonObject { ["data"] = new JsonObject { ["a"] = i.ToString() } };
                _ = await cluster.Client.PatchAsync(ConfigMaps, "restless", $"map-{random.Next(0, 20)}", Patch.Merge(change), cancellationToken: cancellationToken);
                _ = await cluster.Client.CreateAsync(ConfigMaps, "restless", RawObject.From(JsonNode.Parse(ConfigMap("restless", upper))!).Utf8, cancellationToken: cancellationToken);
            }
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is OperationCanceledException or KubernetesException)
        {
            // Told to stop.
        }
    }
}
