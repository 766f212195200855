using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.VolumeBackups;
using BackupServer.Abstractions.Resources.VolumeRestores;
using BackupServer.Engine.Volumes;
using BackupServer.Kubernetes.Lists;
using BackupServer.Kubernetes.Writes;
using BackupServer.Repository.ObjectStores;
using BackupServer.Server.Tests.Locations;
using BackupServer.Server.Volumes;
using BackupServer.Tests.Clusters;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.Server.Tests.Volumes;

/// <summary>The test plays the agent: it renews the Lease and writes the units' status.</summary>
public sealed class VolumeCopierTests(DevClusterFixture cluster)
{
    private static readonly GroupVersionResource Leases = new("coordination.k8s.io", "v1", "leases");
    private static readonly Progress<VolumeProgress> Nobody = new();

    [Fact]
    public async Task Volume_on_a_node_whose_agent_never_comes_back_fails_after_minutes_and_names_the_node()
    {
        await using var running = await StartAsync("lost");
        await RenewAsync("lost", 0);
        var copying = running.Copier.BackupAsync(await running.WorkAsync("lost"), Nobody, ServerParts.Ct);
        await running.UnitAsync();

        await running.PassAsync(Agents.MissingAfter + Agents.RenewInterval + Agents.RenewInterval, () => copying.IsCompleted);
        var outcome = await copying;

        Assert.Null(outcome.SnapshotId);
        Assert.Contains("agent of node lost has given no sign of life for 2 minutes", outcome.Failure);
        Assert.Contains("kubectl get node lost", outcome.Failure);
        Assert.Empty(await running.UnitsAsync());
    }

    [Fact]
    public async Task Agent_that_is_started_again_within_minutes_goes_on()
    {
        await using var running = await StartAsync("restarted");
        await RenewAsync("restarted", 0);
        var copying = running.Copier.BackupAsync(await running.WorkAsync("restarted"), Nobody, ServerParts.Ct);
        var unit = await running.UnitAsync();

        await running.PassAsync(Agents.MissingAfter - Agents.RenewInterval - Agents.RenewInterval, () => false);
        await RenewAsync("restarted", 1);
        await running.PassAsync(Agents.MissingAfter - Agents.RenewInterval, () => false);
        var stillWaiting = !copying.IsCompleted;
        await running.EndAsync(unit, new VolumeBackupStatus { Phase = VolumeWorkPhase.Completed, SnapshotId = "abcd", Files = 3 });
        var outcome = await copying;

        Assert.True(stillWaiting);
        Assert.Equal(("abcd", 3), (outcome.SnapshotId, outcome.Files));
    }

    [Fact]
    public async Task Waiting_for_a_volume_ends_with_the_run()
    {
        await using var running = await StartAsync("left");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ServerParts.Ct);
        var copying = running.Copier.BackupAsync(await running.WorkAsync("left"), Nobody, stop.Token);
        await running.UnitAsync();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copying);
        _ = Assert.Single(await running.UnitsAsync());
    }

    private async Task<Running> StartAsync(string node)
    {
        var running = new Running(await ServerParts.CreateAsync(cluster), node);
        await running.StartAsync();
        return running;
    }

    private async Task RenewAsync(string node, int second)
    {
        var lease = new JsonObject
        {
            ["apiVersion"] = "coordination.k8s.io/v1",
            ["kind"] = "Lease",
            ["metadata"] = new JsonObject { ["name"] = Agents.LeaseName(node), ["labels"] = new JsonObject { [Agents.NodeLabel] = node } },
            ["spec"] = new JsonObject { ["holderIdentity"] = node, ["renewTime"] = $"2026-03-10T12:00:{second:00}.000000Z" },
        };
        var write = new WriteOptions { FieldManager = "test", Force = true };
        _ = await cluster.Client.PatchAsync(Leases, DevClusterFixture.Namespace, Agents.LeaseName(node), Patch.Apply(RawObject.From(lease).Utf8), write, ServerParts.Ct);
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly ServerParts _parts;
        private readonly string _uid;
        private readonly ManualTime _time = new();
        private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(ServerParts.Ct);
        private readonly WorkTracker<VolumeBackup> _backups;
        private readonly WorkTracker<VolumeRestore> _restores;
        private Task _tracking = Task.CompletedTask;

        public Running(ServerParts parts, string uid)
        {
            (_parts, _uid) = (parts, uid);
            _backups = new WorkTracker<VolumeBackup>(parts.Client, parts.Options.Namespace, NullLogger.Instance);
            _restores = new WorkTracker<VolumeRestore>(parts.Client, parts.Options.Namespace, NullLogger.Instance);
            Copier = new VolumeCopier(
                parts.Client, parts.Options, new AgentNodes(parts.Client, parts.Options, _time), new BackupRepositories(parts.Client, parts.Options, parts.Access), _backups, _restores,
                new VolumeWorkCleaner(parts.Client, parts.Options, parts.Access, TimeProvider.System, NullLogger<VolumeWorkCleaner>.Instance));
        }

        public VolumeCopier Copier { get; }

        public Task StartAsync()
        {
            _tracking = Task.WhenAll(_backups.RunAsync(_end.Token), _restores.RunAsync(_end.Token));
            return Task.CompletedTask;
        }

        public async Task<VolumeBackupWork> WorkAsync(string node) => new()
        {
            RunUid = _uid,
            RunName = "run",
            Key = "shop/data",
            Node = node,
            Namespace = "shop",
            Pod = "web-0",
            PodUid = "1",
            PodVolume = "data",
            StorageLocation = (await _parts.CreateLocationAsync()).Metadata.Name,
            RepositoryPath = LocationLayout.Volumes("shop"),
            Tags = new Dictionary<string, string>(),
        };

        public async Task<List<VolumeBackup>> UnitsAsync()
        {
            var units = new List<VolumeBackup>();
            var options = new ListOptions { Namespace = _parts.Options.Namespace, LabelSelector = $"{Labels.BackupUid}={_uid}" };
            await foreach (var unit in _parts.Client.ListAsync<VolumeBackup>(options, ServerParts.Ct))
            {
                units.Add(unit);
            }

            return units;
        }

        public async Task<VolumeBackup> UnitAsync()
        {
            await Eventually.HoldsAsync(async () => (await UnitsAsync()).Count == 1 && _time.Waiting > 0, "the unit is made and waited for");
            return (await UnitsAsync())[0];
        }

        public Task EndAsync(VolumeBackup unit, VolumeBackupStatus status) => _parts.Client.PatchAsync<VolumeBackup>(
            unit.Metadata.Namespace!, unit.Metadata.Name, BackupServer.Server.Reconcilers.StatusPatch.Of(status), WriteOptions.Status, ServerParts.Ct);

        /// <summary>Lets time pass in steps of an agent's renewal, each after the server has looked again.</summary>
        public async Task PassAsync(TimeSpan time, Func<bool> enough)
        {
            for (var passed = TimeSpan.Zero; passed < time && !enough(); passed += Agents.RenewInterval)
            {
                await Eventually.HoldsAsync(() => Task.FromResult(_time.Waiting > 0 || enough()), "the server waits for its next look");
                _time.Advance(Agents.RenewInterval);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await Task.WhenAny(_tracking);
            foreach (var unit in await UnitsAsync())
            {
                await _parts.Client.DeleteAsync<VolumeBackup>(unit.Metadata.Namespace!, unit.Metadata.Name, cancellationToken: ServerParts.Ct);
            }

            _end.Dispose();
            await _parts.DisposeAsync();
        }
    }
}
