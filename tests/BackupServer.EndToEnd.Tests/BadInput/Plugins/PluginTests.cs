using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.EndToEnd.Tests.Clusters;

namespace BackupServer.EndToEnd.Tests.BadInput.Plugins;

/// <summary>Plugins that throw, hang and answer nonsense, in the real processes: what they touch is named, the rest is kept, the server lives on.</summary>
public sealed class PluginTests(PluginCluster cluster) : IClassFixture<PluginCluster>
{
    private static readonly string[] Ways = ["throws", "hangs", "nonsense"];

    [Theory]
    [InlineData("throws", "no store today")]
    [InlineData("throws-early", "no validation today")]
    [InlineData("nonsense", "it returned null")]
    public async Task Store_that_misbehaves_makes_its_location_unavailable_and_is_named(string how, string said)
    {
        var location = await TestLocation.CreateAsync(cluster, how, how, new BackupStorageLocationSpec { Provider = "Misbehaving" });

        var status = (await location.WaitAsync(BackupStorageLocationPhase.Unavailable)).Status!;

        Assert.Contains("plugin Misbehaving", status.Message);
        Assert.Contains(said, status.Message);
        await BackUpSomethingElseAsync("beside-" + how);
    }

    [Fact]
    public async Task Item_action_that_misbehaves_is_named_with_its_objects_and_everything_is_kept()
    {
        await cluster.CreateNamespaceAsync("mischief");
        foreach (var name in Ways.Append("sound"))
        {
            _ = await cluster.CreateAsync($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","namespace":"mischief"},"data":{"a":"kept"} }""");
        }

        _ = await cluster.CreateBackupAsync("mischief", new BackupSpec { IncludedNamespaces = ["mischief"], StorageLocation = cluster.Location.Name });
        var backup = await cluster.EndOfBackupAsync("mischief", BackupPhase.PartiallyFailed);

        Assert.All(Ways, way => Assert.Contains(backup.Status!.Messages!, m => m.Contains($"configmaps mischief/{way}", StringComparison.Ordinal) && m.Contains("Misbehaving", StringComparison.Ordinal)));
        Assert.DoesNotContain(backup.Status!.Messages!, m => m.Contains("mischief/sound", StringComparison.Ordinal));
        var objects = (await cluster.Location.ResticAsync(TestLocation.ManifestsPath, "dump", "latest", "/resources/configmaps/namespaces/mischief.jsonl", "--tag", $"backup-uid={backup.Metadata.Uid}")).Succeeded();
        Assert.All(Ways.Append("sound"), way => Assert.Contains($"\"name\":\"{way}\"", objects));
        await BackUpSomethingElseAsync("after-mischief");
    }

    [Fact]
    public async Task Data_mover_that_misbehaves_leaves_its_volumes_unprotected_and_named_and_the_objects_are_kept()
    {
        string[] ways = [.. Ways, "invents"];
        foreach (var way in ways)
        {
            var application = await SmallApplication.DeployAsync(cluster, "mover-" + way);
            await File.WriteAllTextAsync(Path.Combine(await application.VolumeDirectoryAsync(), "how"), way, TestCluster.Ct);
        }

        _ = await cluster.CreateBackupAsync("movers", new BackupSpec
        {
            IncludedNamespaces = ["mover-*"],
            DefaultVolumesToFsBackup = true,
            ItemOperationTimeout = TimeSpan.FromSeconds(10),
            StorageLocation = cluster.Location.Name,
        });
        var backup = await cluster.EndOfBackupAsync("movers", BackupPhase.PartiallyFailed);

        Assert.All(ways, way => Assert.Contains(backup.Status!.Messages!, m => m.Contains($"mover-{way}/data", StringComparison.Ordinal)));
        Assert.Equal(ways.Length, backup.Status!.Coverage!.Unprotected);
        Assert.NotNull(backup.Status.SnapshotId);
        await BackUpSomethingElseAsync("after-movers");
    }

    private async Task BackUpSomethingElseAsync(string name)
    {
        _ = await cluster.CreateBackupAsync(name, new BackupSpec { IncludedNamespaces = ["default"], StorageLocation = cluster.Location.Name });
        Assert.Equal(0, (await cluster.EndOfBackupAsync(name)).Status!.Errors);
    }
}
