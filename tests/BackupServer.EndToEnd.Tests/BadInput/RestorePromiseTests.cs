using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.EndToEnd.Tests.BadInput;

/// <summary>Restores that cannot do all that is asked say so, before or after, and take nothing from what is there.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class RestorePromiseTests(SharedCluster cluster)
{
    private const string Binding = "promise-nodes";
    private static readonly GroupVersionResource ClusterRoleBindings = new("rbac.authorization.k8s.io", "v1", "clusterrolebindings");
    private static readonly GroupVersionResource Namespaces = new("", "v1", "namespaces");

    [Fact]
    public async Task Names_that_no_namespace_can_have_fail_validation()
    {
        _ = await cluster.CreateRestoreAsync("promise-names", new RestoreSpec { BackupName = "never-made", NamespaceMapping = new() { ["shop"] = "Shop_X" } });

        var problems = (await cluster.EndOfRestoreAsync("promise-names", RestorePhase.FailedValidation)).Status!.ValidationErrors!;

        Assert.Contains(problems, p => p.StartsWith("spec.namespaceMapping[shop]: \"Shop_X\" is no namespace's name", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mistyped_mappings_and_missing_classes_fail_the_restore_and_nothing_is_created()
    {
        await BackUpSteadyAsync("promise-mappings");

        _ = await cluster.CreateRestoreAsync("promise-typo", new RestoreSpec { BackupName = "promise-mappings", NamespaceMapping = new() { ["stedy"] = "promise-typo" } });
        _ = await cluster.CreateRestoreAsync("promise-class", new RestoreSpec
        {
            BackupName = "promise-mappings",
            NamespaceMapping = new() { ["steady"] = "promise-class" },
            StorageClassMapping = new() { [await ClassAsync()] = "no-such-class" },
        });
        var typo = await cluster.EndOfRestoreAsync("promise-typo", RestorePhase.FailedValidation);
        var missing = await cluster.EndOfRestoreAsync("promise-class", RestorePhase.FailedValidation);

        Assert.Contains("spec.namespaceMapping[stedy]", Assert.Single(typo.Status!.ValidationErrors!), StringComparison.Ordinal);
        Assert.Contains("\"no-such-class\": the cluster has no StorageClass", Assert.Single(missing.Status!.ValidationErrors!), StringComparison.Ordinal);
        Assert.Null(await cluster.Client.FindAsync(Namespaces, null, "promise-class", TestCluster.Ct));
    }

    [Fact]
    public async Task Copy_beside_the_original_gets_its_rights_and_the_original_keeps_its_own()
    {
        _ = await cluster.ApplicationAsync();
        _ = await cluster.CreateAsync($$"""
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"{{Binding}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},
            "subjects":[{"kind":"ServiceAccount","name":"small","namespace":"steady"}]}
            """);
        await BackUpSteadyAsync("promise-rights");

        _ = await cluster.CreateRestoreAsync("promise-rights", new RestoreSpec
        {
            BackupName = "promise-rights",
            NamespaceMapping = new() { ["steady"] = "promise-rights" },
            IncludedResources = ["serviceaccounts", "clusterrolebindings"],
            ExistingResourcePolicy = ExistingResourcePolicy.Update,
        });
        _ = await cluster.EndOfRestoreAsync("promise-rights");

        var binding = await cluster.Client.GetAsync(ClusterRoleBindings, null, Binding, TestCluster.Ct);
        Assert.Equal(["steady", "promise-rights"], binding.ToNode()["subjects"]!.AsArray().Select(s => (string)s!["namespace"]!));
    }

    [Fact]
    public async Task Restore_over_a_claim_that_exists_is_PartiallyFailed_and_names_it()
    {
        await BackUpSteadyAsync("promise-claims");

        _ = await cluster.CreateRestoreAsync("promise-claims", new RestoreSpec { BackupName = "promise-claims", WaitForReady = TimeSpan.Zero });
        var restore = await cluster.EndOfRestoreAsync("promise-claims", RestorePhase.PartiallyFailed);

        Assert.Contains(restore.Status!.Messages!, m => m.Contains("persistentvolumeclaims steady/data", StringComparison.Ordinal) && m.Contains("never overwritten", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_into_a_terminating_namespace_says_at_once_what_it_waits_for()
    {
        await BackUpSteadyAsync("promise-waits");
        await cluster.CreateNamespaceAsync("promise-waits");
        _ = await cluster.CreateAsync(
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"holds","namespace":"promise-waits","finalizers":["example.com/hold"]}}""");
        _ = await cluster.Client.DeleteAsync(Namespaces, null, "promise-waits", cancellationToken: TestCluster.Ct);

        _ = await cluster.CreateRestoreAsync("promise-waits", new RestoreSpec
        {
            BackupName = "promise-waits",
            NamespaceMapping = new() { ["steady"] = "promise-waits" },
            IncludedResources = ["configmaps"],
        });
        var waiting = await cluster.RestoreAsync("promise-waits", r => r.Status?.Messages is { Count: > 0 });
        _ = await cluster.Client.PatchAsync(
            new GroupVersionResource("", "v1", "configmaps"), "promise-waits", "holds", Patch.Merge("""{"metadata":{"finalizers":null}}"""u8.ToArray()), cancellationToken: TestCluster.Ct);
        var restore = await cluster.EndOfRestoreAsync("promise-waits");

        Assert.Equal(["waits up to 2m0s for namespace promise-waits, which is being deleted, to be gone"], waiting.Status!.Messages!);
        Assert.Empty(restore.Status!.Messages ?? []);
    }

    private async Task BackUpSteadyAsync(string name)
    {
        var location = await cluster.LocationAsync();
        _ = await cluster.ApplicationAsync();
        _ = await cluster.CreateBackupAsync(name, new BackupSpec { IncludedNamespaces = ["steady"], DefaultVolumesToFsBackup = true, StorageLocation = location.Name });
        _ = await cluster.EndOfBackupAsync(name);
    }

    private async Task<string> ClassAsync() =>
        (string)(await cluster.Client.GetAsync(new GroupVersionResource("", "v1", "persistentvolumeclaims"), "steady", SmallApplication.Claim, TestCluster.Ct)).ToNode()["spec"]!["storageClassName"]!;
}
