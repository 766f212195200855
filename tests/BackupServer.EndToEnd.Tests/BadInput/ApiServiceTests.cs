using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.EndToEnd.Tests.Clusters;

namespace BackupServer.EndToEnd.Tests.BadInput;

/// <summary>Kinds that another API server should serve, which is away. A cluster of its own, because every backup of it is harmed.</summary>
public sealed class ApiServiceTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private static readonly GroupVersionResource ApiServices = new("apiregistration.k8s.io", "v1", "apiservices");

    [Fact]
    public async Task Kind_whose_api_service_is_down_makes_the_backup_PartiallyFailed_by_name_and_the_rest_is_kept()
    {
        var location = await TestLocation.CreateAsync(cluster, "down");
        await cluster.CreateNamespaceAsync("beside");
        _ = await cluster.CreateAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kept","namespace":"beside"},"data":{"a":"1"}}""");
        _ = await cluster.CreateAsync(
            """{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.down.example.com"},"spec":{"group":"down.example.com","version":"v1","groupPriorityMinimum":100,"versionPriority":10,"insecureSkipTLSVerify":true,"service":{"namespace":"beside","name":"absent"}}}""");
        await Eventually.HoldsAsync(async () => await AvailabilityAsync() == "False", "the APIService is not found to be away");

        _ = await cluster.CreateBackupAsync("harmed", new BackupSpec { IncludedNamespaces = ["beside"], StorageLocation = location.Name });
        var harmed = await cluster.EndOfBackupAsync("harmed", BackupPhase.PartiallyFailed);
        _ = await cluster.Client.DeleteAsync(ApiServices, null, "v1.down.example.com", cancellationToken: TestCluster.Ct);
        _ = await cluster.CreateBackupAsync("whole", new BackupSpec { IncludedNamespaces = ["beside"], StorageLocation = location.Name });
        var whole = await cluster.EndOfBackupAsync("whole");

        Assert.Contains(harmed.Status!.Messages!, m => m.Contains("down.example.com", StringComparison.Ordinal));
        Assert.NotNull(harmed.Status.SnapshotId);
        Assert.Equal(whole.Status!.Progress!.ItemsBackedUp, harmed.Status.Progress!.ItemsBackedUp);
    }

    private async Task<string?> AvailabilityAsync()
    {
        var service = (await cluster.Client.GetAsync(ApiServices, null, "v1.down.example.com", TestCluster.Ct)).ToNode();
        return (string?)service["status"]?["conditions"]?.AsArray().FirstOrDefault(c => (string?)c!["type"] == "Available")?["status"];
    }
}
