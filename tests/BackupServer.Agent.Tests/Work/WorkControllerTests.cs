using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.VolumeBackups;
using BackupServer.Agent.Work;
using BackupServer.Kubernetes.Writes;
using BackupServer.Tests.Clusters;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.Agent.Tests.Work;

/// <summary>The controller on a real API server; the test says what the work does.</summary>
public sealed class WorkControllerTests(DevClusterFixture cluster) : IAsyncDisposable
{
    private readonly string _node = $"node-{Guid.NewGuid():N}";
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<(WorkController<VolumeBackup> Controller, Task Running)> _started = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var (controller, running) in _started)
        {
            await Task.WhenAny(running);
            controller.Dispose();
        }

        _end.Dispose();
    }

    [Fact]
    public async Task Units_of_this_node_are_done_and_those_of_others_left()
    {
        var kind = new TestKind();
        Start(kind);
        var mine = await CreateAsync(_node);
        var other = await CreateAsync("another-node");

        await EndsAsync(mine, VolumeWorkPhase.Completed);

        Assert.Equal([mine], kind.Begun);
        Assert.Equal("done", (await GetAsync(mine)).SnapshotId);
        Assert.Equal(VolumeWorkPhase.New, (await GetAsync(other)).Phase);
    }

    [Fact]
    public async Task Unit_that_a_killed_agent_had_begun_is_begun_again()
    {
        var unit = await CreateAsync(_node);
        await PatchStatusAsync(unit, """{"status":{"phase":"InProgress","progress":{"filesDone":7}}}""");
        var kind = new TestKind();

        Start(kind);
        await EndsAsync(unit, VolumeWorkPhase.Completed);

        Assert.Equal([unit], kind.Begun);
    }

    [Fact]
    public async Task Unit_that_has_ended_is_never_begun_again()
    {
        var ended = await CreateAsync(_node);
        await PatchStatusAsync(ended, """{"status":{"phase":"Failed","message":"it was"}}""");
        var kind = new TestKind();

        Start(kind);
        var next = await CreateAsync(_node);
        await EndsAsync(next, VolumeWorkPhase.Completed);

        Assert.Equal([next], kind.Begun);
        Assert.Equal("it was", (await GetAsync(ended)).Message);
    }

    [Fact]
    public async Task Cancelling_stops_the_work_and_says_so()
    {
        var kind = new TestKind { Work = static (_, token) => Task.Delay(Timeout.Infinite, token) };
        Start(kind);
        var unit = await CreateAsync(_node);
        await EndsAsync(unit, VolumeWorkPhase.InProgress);

        await cluster.Client.PatchAsync<VolumeBackup>(DevClusterFixture.Namespace, unit, Patch.Merge("""{"spec":{"cancel":true}}"""u8.ToArray()), cancellationToken: Ct);

        await EndsAsync(unit, VolumeWorkPhase.Canceled);
    }

    [Fact]
    public async Task Unit_cancelled_before_it_is_seen_is_not_begun()
    {
        var unit = await CreateAsync(_node, cancel: true);
        var kind = new TestKind();

        Start(kind);
        await EndsAsync(unit, VolumeWorkPhase.Canceled);

        Assert.Empty(kind.Begun);
    }

    [Fact]
    public async Task Failure_is_written_with_its_reason()
    {
        var kind = new TestKind { Work = static (_, _) => throw new WorkException("the location is not there any more") };
        Start(kind);
        var unit = await CreateAsync(_node);

        await EndsAsync(unit, VolumeWorkPhase.Failed);

        Assert.Equal("the location is not there any more", (await GetAsync(unit)).Message);
    }

    [Fact]
    public async Task Progress_is_written_while_the_work_goes_on()
    {
        var go = new TaskCompletionSource();
        var kind = new TestKind
        {
            Work = (progress, token) =>
            {
                progress.Report(new VolumeProgress(3, 300, 1000));
                return go.Task.WaitAsync(token);
            },
        };
        Start(kind);
        var unit = await CreateAsync(_node);

        await Eventually.HoldsAsync(async () => (await GetAsync(unit)).Progress is { FilesDone: 3, BytesDone: 300 }, "the progress is in the status");
        go.SetResult();

        await EndsAsync(unit, VolumeWorkPhase.Completed);
    }

    [Fact]
    public async Task No_more_volumes_are_worked_on_at_a_time_than_allowed()
    {
        var (now, most) = (0, 0);
        var gate = new SemaphoreSlim(0);
        var kind = new TestKind
        {
            Work = async (_, token) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await gate.WaitAsync(token);
                Interlocked.Decrement(ref now);
            },
        };
        Start(kind);
        var units = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            units.Add(await CreateAsync(_node));
        }

        await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref now) == 2), "two are at work");
        gate.Release(5);
        foreach (var unit in units)
        {
            await EndsAsync(unit, VolumeWorkPhase.Completed);
        }

        Assert.Equal(2, most);
    }

    private void Start(TestKind kind)
    {
        var options = new AgentOptions { Namespace = DevClusterFixture.Namespace, Node = _node, ClusterName = "c", ConcurrentVolumes = 2 };
        var controller = new WorkController<VolumeBackup>(cluster.Client, options, kind, TimeProvider.System, NullLogger.Instance);
        _started.Add((controller, controller.RunAsync(_end.Token)));
    }

    private async Task<string> CreateAsync(string node, bool cancel = false)
    {
        var unit = new VolumeBackup
        {
            Metadata = new ObjectMeta { GenerateName = "unit-", Namespace = DevClusterFixture.Namespace, Labels = new() { [Agents.WorkNodeLabel] = ShortLabel.Of(node) } },
            Spec = new VolumeBackupSpec
            {
                Node = node,
                Pod = new PodReference { Namespace = "n", Name = "p", Uid = "u" },
                PodVolume = "data",
                StorageLocation = "l",
                RepositoryPath = "repositories/volumes/n",
                DataMover = "FileCopy",
                Cancel = cancel ? true : null,
            },
        };
        return (await cluster.Client.CreateAsync(unit, cancellationToken: Ct)).Metadata.Name;
    }

    private async Task<VolumeBackupStatus> GetAsync(string name) =>
        (await cluster.Client.GetAsync<VolumeBackup>(DevClusterFixture.Namespace, name, Ct)).Status ?? new VolumeBackupStatus();

    private Task EndsAsync(string name, VolumeWorkPhase phase) => Eventually.HoldsAsync(async () => (await GetAsync(name)).Phase == phase, $"{name} is {phase}");

    private async Task PatchStatusAsync(string name, string patch) =>
        _ = await cluster.Client.PatchAsync<VolumeBackup>(DevClusterFixture.Namespace, name, Patch.Merge(JsonNode.Parse(patch)!.AsObject()), WriteOptions.Status, Ct);

    private sealed class TestKind : IWorkKind<VolumeBackup>
    {
        private readonly ConcurrentQueue<string> _begun = new();

        public Func<IProgress<VolumeProgress>, CancellationToken, Task> Work { get; init; } = static (_, _) => Task.CompletedTask;

        public IReadOnlyCollection<string> Begun => _begun;

        public VolumeWorkPhase PhaseOf(VolumeBackup unit) => unit.Status?.Phase ?? VolumeWorkPhase.New;

        public bool IsCancelled(VolumeBackup unit) => unit.Spec.Cancel == true;

        public async Task<object> DoAsync(VolumeBackup unit, DateTimeOffset started, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
        {
            _begun.Enqueue(unit.Metadata.Name);
            await Work(progress, cancellationToken);
            return new VolumeBackupStatus { Phase = VolumeWorkPhase.Completed, SnapshotId = "done" };
        }

        public object InProgress(VolumeBackup unit, DateTimeOffset started, VolumeProgress progress) => new VolumeBackupStatus
        {
            Phase = VolumeWorkPhase.InProgress,
            StartTimestamp = started,
            Progress = new DataProgress { FilesDone = progress.FilesDone, BytesDone = progress.BytesDone, TotalBytes = progress.TotalBytes },
        };

        public object Ended(VolumeWorkPhase phase, DateTimeOffset? started, string message) => new VolumeBackupStatus { Phase = phase, Message = message };
    }
}
