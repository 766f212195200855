using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Kubernetes.Writes;
using BackupServer.Server.Reconcilers;
using BackupServer.Tests.Clusters;

namespace BackupServer.Server.Tests.Reconcilers;

public sealed class StatusPatchTests(DevClusterFixture cluster)
{
    [Fact]
    public async Task What_is_null_is_removed_and_what_is_a_list_is_replaced_whole()
    {
        var ct = TestContext.Current.CancellationToken;
        var backup = await cluster.Client.CreateAsync(
            new Backup { Metadata = new ObjectMeta { GenerateName = "patched-", Namespace = DevClusterFixture.Namespace }, Spec = new BackupSpec() }, cancellationToken: ct);
        await PatchAsync(backup, new BackupStatus { Phase = BackupPhase.InProgress, Messages = ["one", "two"], Progress = new BackupProgress { CurrentResource = "pods" } });

        var status = await PatchAsync(backup, new BackupStatus
        {
            Phase = BackupPhase.Completed,
            Volumes = [new BackupVolumeSummary { Claim = "shop/data" }],
            Progress = new BackupProgress { TotalItems = 1 },
            Conditions = [new Condition { Type = "Ready", Status = ConditionStatus.True, Reason = "Completed", LastTransitionTime = DateTimeOffset.UnixEpoch }],
        });

        Assert.Equal("Completed", (string?)status["phase"]);
        Assert.False(status.ContainsKey("messages"));
        Assert.False(status["progress"]!.AsObject().ContainsKey("currentResource"));
        Assert.False(status["volumes"]![0]!.AsObject().ContainsKey("snapshotID"));
    }

    private async Task<JsonObject> PatchAsync(Backup backup, BackupStatus status)
    {
        var resource = CustomResourceAttribute.Of(typeof(Backup)).Resource;
        var patched = await cluster.Client.PatchAsync(
            resource, backup.Metadata.Namespace, backup.Metadata.Name, StatusPatch.Of(status), WriteOptions.Status, TestContext.Current.CancellationToken);
        return patched.ToNode()["status"]!.AsObject();
    }
}
