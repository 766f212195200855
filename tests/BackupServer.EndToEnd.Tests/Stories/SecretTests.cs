using System.Text;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.EndToEnd.Tests.Clusters;

namespace BackupServer.EndToEnd.Tests.Stories;

/// <summary>Secrets are nowhere in the open.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class SecretTests(SharedCluster cluster)
{
    [Fact]
    public async Task No_secret_is_in_the_location_logs_events_or_statuses()
    {
        var location = await TestLocation.CreateAsync(cluster, "discreet");
        _ = await cluster.ApplicationAsync();
        _ = await cluster.CreateBackupAsync("discreet", new BackupSpec { IncludedNamespaces = ["steady"], DefaultVolumesToFsBackup = true, StorageLocation = "discreet" });
        _ = await cluster.EndOfBackupAsync("discreet");
        _ = await cluster.CreateRestoreAsync("discreet", new RestoreSpec { BackupName = "discreet", NamespaceMapping = new() { ["steady"] = "discreet" } });
        _ = await cluster.EndOfRestoreAsync("discreet");
        var search = new LeakSearch([new KnownSecret("the application's secret", SmallApplication.Secret), new KnownSecret("the repositories' password", await location.PasswordAsync())]);

        var (files, leaks) = search.InFiles([location.Directory, cluster.Logs]);
        var discovery = await cluster.Client.Discovery.DiscoverAsync(refresh: true, TestCluster.Ct);
        var objects = 0;
        foreach (var type in discovery.Preferred.Where(t => t.Resource.Group is "backupserver.io" or "events.k8s.io" || t.Resource is { Group: "", Resource: "events" or "configmaps" or "pods" }))
        {
            await foreach (var item in cluster.Client.ListAsync(type.Resource).WithCancellation(TestCluster.Ct))
            {
                objects++;
                leaks.AddRange(search.InText(item.ToString(), Encoding.UTF8.GetString(item.Utf8.Span)));
            }
        }

        Assert.True(files > 10 && objects > 10, "too little was searched");
        Assert.Empty(leaks);
    }

    /// <summary>A search that finds nothing proves something only if it can find.</summary>
    [Theory]
    [InlineData("x the-small-secret-that-nobody-sees y")]
    [InlineData("dGhlLXNtYWxsLXNlY3JldC10aGF0LW5vYm9keS1zZWVz")]
    [InlineData("YXRoZS1zbWFsbC1zZWNyZXQtdGhhdC1ub2JvZHktc2Vlcw==")]
    public void The_search_finds_secrets_raw_and_in_base64(string text)
    {
        Assert.NotEmpty(new LeakSearch([new KnownSecret("secret", SmallApplication.Secret)]).InText("text", text));
    }
}
