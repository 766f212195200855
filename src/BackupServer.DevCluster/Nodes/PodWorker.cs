using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>
/// Takes one Pod from its arrival on the node to its end: volumes, init containers in order, containers, restarts, status, deletion.
/// All of it happens on one loop; what happens elsewhere (a process ends, a probe changes its mind) only wakes it.
/// </summary>
internal sealed class PodWorker
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);

    private readonly KubeletContext _node;
    private readonly string _podIp;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DateTimeOffset _began;
    private volatile List<ContainerState> _containers;
    private JsonObject _pod;
    private IReadOnlyDictionary<string, MountedVolume>? _volumes;

    public PodWorker(KubeletContext node, JsonObject pod, string podIp)
    {
        _node = node;
        _pod = pod;
        _podIp = podIp;
        _began = pod.Time("status", "startTime") ?? node.Time.GetUtcNow();
        _containers = [.. Read(pod)];
        foreach (var container in _containers) Resume(container);
    }

    public string Uid => _pod.Uid();

    public JsonObject Pod => _pod;

    /// <summary>Something about the Pod or its containers changed.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>The Pod is gone from the API: no grace any more.</summary>
    public void Abandon()
    {
        _abandoned.TrySetResult();
        Wake();
    }

    /// <summary>A container by name, for logs and exec.</summary>
    public ContainerState? Find(string container) => _containers.Find(state => state.Name == container);

    /// <summary>The root and environment a command in the container gets.</summary>
    public (string Root, IReadOnlyDictionary<string, string> Environment) Inside(ContainerState container)
    {
        var root = _node.Layout.ContainerRoot(Uid, container.Name);
        Directory.CreateDirectory(root);
        return (root, new ContainerEnvironment(_node.Client).Build(_pod, container.Spec, root, _podIp, _node.HostIp));
    }

    public string LogPath(ContainerState container, int run) => _node.Layout.Log(_pod.Namespace()!, _pod.Name(), Uid, container.Name, run);

    /// <summary>Works until the Pod is gone or the node stops; then every process of it has ended.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var failures = 0;
        try
        {
            while (true)
            {
                TimeSpan? again;
                try
                {
                    again = await StepAsync(ct);
                    failures = 0;
                }
                catch (Exception exception) when (exception is Api.ApiStatusException or IOException or UnauthorizedAccessException)
                {
                    _node.Logger.LogWarning(exception, "Pod {Namespace}/{Pod} on {Node} is tried again", _pod.Namespace(), _pod.Name(), _node.NodeName);
                    again = Retry * (1 << Math.Min(failures++, 6));
                }

                if (again == Timeout.InfiniteTimeSpan) return;
                await WaitAsync(again, ct);
            }
        }
        finally
        {
            await Task.WhenAll(_containers.Select(container => EndAsync(container, TimeSpan.FromMilliseconds(300), CancellationToken.None)));
        }
    }

    private static IEnumerable<ContainerState> Read(JsonObject pod)
    {
        foreach (var container in pod.Items("spec", "initContainers"))
        {
            yield return new ContainerState((JsonObject)container.DeepClone(), container.Text("restartPolicy") == "Always" ? ContainerRole.Sidecar : ContainerRole.Init);
        }

        foreach (var container in pod.Items("spec", "containers")) yield return new ContainerState((JsonObject)container.DeepClone(), ContainerRole.Main);
        foreach (var container in pod.Items("spec", "ephemeralContainers")) yield return new ContainerState((JsonObject)container.DeepClone(), ContainerRole.Ephemeral);
    }

    /// <summary>After a restart of the cluster the counts go on and what ran starts again.</summary>
    private void Resume(ContainerState container)
    {
        if (container.Role is ContainerRole.Main && !_pod.Items("spec", "initContainers").Any()) container.Waiting = ("ContainerCreating", null);
        var known = _pod.Items("status", "containerStatuses").Concat(_pod.Items("status", "initContainerStatuses")).FirstOrDefault(status => status.Text("name") == container.Name);
        if (known is null) return;
        container.Restarts = known.Int(0, "restartCount");
        container.Begun = container.Restarts + (known.At("containerID") is null ? 0 : 1);
        if (known.At("state", "terminated") is JsonObject terminated)
        {
            container.Terminated = (JsonObject)terminated.DeepClone();
            container.Waiting = null;
        }
        else if (known.At("state", "running") is JsonObject)
        {
            container.Restarts++;
        }
    }

    private async Task WaitAsync(TimeSpan? delay, CancellationToken ct)
    {
        if (delay is not { } time)
        {
            await _wake.Reader.ReadAsync(ct);
            return;
        }

        if (time <= TimeSpan.Zero) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var woken = _wake.Reader.WaitToReadAsync(limit.Token).AsTask();
        await Task.WhenAny(woken, Task.Delay(time, _node.Time, limit.Token));
        await limit.CancelAsync();
        ct.ThrowIfCancellationRequested();
        _wake.Reader.TryRead(out _);
    }

    /// <summary>One look at everything; infinite means the Pod needs this node no more.</summary>
    private async Task<TimeSpan?> StepAsync(CancellationToken ct)
    {
        var live = _node.Client.Get("pods", _pod.Namespace(), _pod.Name());
        if (live is null || live.Uid() != _pod.Uid())
        {
            await Task.WhenAll(_containers.Select(container => EndAsync(container, TimeSpan.Zero, CancellationToken.None)));
            await CleanAsync(ct);
            return Timeout.InfiniteTimeSpan;
        }

        _pod = live;
        TakeEphemeral();
        foreach (var container in _containers) await ReapAsync(container);
        if (live.IsDeleting()) return await FinishAsync(ct);
        if (live.Text("status", "phase") is "Succeeded" or "Failed" && _containers.TrueForAll(container => !container.IsRunning)) return null;

        TimeSpan? again = null;
        if (Mount() is { } problem)
        {
            await _node.Events.WarningAsync(_pod, "FailedMount", problem, ct);
            foreach (var container in _containers.Where(container => !container.IsRunning && container.Terminated is null && container.Role is ContainerRole.Main))
            {
                container.Waiting = ("ContainerCreating", null);
            }

            again = Retry;
        }
        else
        {
            again = Earlier(await RunContainersAsync(ct), again);
        }

        await ReportAsync(ct);
        return again;
    }

    private async Task<TimeSpan?> RunContainersAsync(CancellationToken ct)
    {
        TimeSpan? again = null;
        foreach (var container in _containers.Where(container => container.Role is ContainerRole.Init or ContainerRole.Sidecar))
        {
            var isInit = container.Role is ContainerRole.Init;
            if (isInit && !container.IsRunning && container.ExitCode == 0) continue;
            if (isInit && container.ExitCode is not null && !container.IsRunning && Policy == "Never") return null;
            if (!container.IsRunning) again = Earlier(await StartAsync(container, ct), again);
            // The next one's turn comes when an init container has ended well and when a sidecar has started.
            if (isInit || !container.IsStarted) return again;
        }

        foreach (var container in _containers.Where(container => container.Role is ContainerRole.Main or ContainerRole.Ephemeral && !container.IsRunning))
        {
            if (container.Role is ContainerRole.Ephemeral ? container.ExitCode is not null : PodStatus.HasEndedForGood(container, Policy, deleting: false)) continue;
            again = Earlier(await StartAsync(container, ct), again);
        }

        if (_containers.Where(container => container.Role is ContainerRole.Main).All(container => PodStatus.HasEndedForGood(container, Policy, deleting: false)))
        {
            await Task.WhenAll(_containers.Where(container => container.Role is ContainerRole.Sidecar).Select(container => EndAsync(container, Grace, ct)));
        }

        return again;
    }

    private string Policy => _pod.Text("spec", "restartPolicy") ?? "Always";

    private TimeSpan Grace => TimeSpan.FromSeconds(_pod.Number("metadata", "deletionGracePeriodSeconds") ?? _pod.Number("spec", "terminationGracePeriodSeconds") ?? 30);

    private static TimeSpan? Earlier(TimeSpan? left, TimeSpan? right) => left is null || right < left ? right : left;

    /// <summary>What keeps the volumes from being ready, or null.</summary>
    private string? Mount()
    {
        if (_volumes is not null) return null;
        try
        {
            _volumes = _node.Volumes.Prepare(_pod, _podIp, _node.HostIp);
            return null;
        }
        catch (MissingConfigurationException exception)
        {
            return $"MountVolume.SetUp failed: {exception.Message}";
        }
    }

    private void TakeEphemeral()
    {
        foreach (var added in _pod.Items("spec", "ephemeralContainers").Where(added => Find(added.Text("name") ?? string.Empty) is null).ToList())
        {
            _containers = [.. _containers, new ContainerState((JsonObject)added.DeepClone(), ContainerRole.Ephemeral)];
        }
    }

    private async Task<TimeSpan?> StartAsync(ContainerState container, CancellationToken ct)
    {
        var now = _node.Time.GetUtcNow();
        if (container.NotBefore is { } due && due > now) return due - now;
        var image = container.Spec.Text("image");
        if (Images.CannotBePulled(image))
        {
            var first = container.Waiting?.Reason is not ("ErrImagePull" or "ImagePullBackOff");
            container.Waiting = first
                ? ("ErrImagePull", $"failed to pull and unpack image \"{image}\": not found")
                : ("ImagePullBackOff", $"Back-off pulling image \"{image}\"");
            container.NotBefore = now + (first ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromMinutes(1));
            if (first) await _node.Events.WarningAsync(_pod, "Failed", $"Failed to pull image \"{image}\": not found", ct);
            return container.NotBefore - now;
        }

        try
        {
            Begin(container);
        }
        catch (MissingConfigurationException exception)
        {
            container.Waiting = ("CreateContainerConfigError", exception.Message);
            return Retry;
        }
        catch (FileNotFoundException exception)
        {
            container.Begun++;
            End(container, 128, now, $"failed to create containerd task: {exception.Message}", "StartError");
            return Retry;
        }

        await _node.Events.NormalAsync(_pod, "Started", $"Started container {container.Name}", ct);
        return null;
    }

    private void Begin(ContainerState container)
    {
        var (root, environment) = Inside(container);
        PodVolumes.LinkMounts(container.Spec, root, _volumes!, environment);
        if (container.Terminated is not null)
        {
            container.Restarts++;
            container.LastTerminated = container.Terminated;
            container.Terminated = null;
        }

        var id = "devcluster://" + Guid.NewGuid().ToString("n");
        var run = ContainerRun.Start(_node.Guard, container.Spec, root, environment, LogPath(container, container.Begun), id, _node.Time);
        container.Begun++;
        container.Waiting = null;
        container.Run = run;
        _ = run.Ended.ContinueWith(_ => Wake(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (container.Spec.At("readinessProbe") is null && container.Spec.At("livenessProbe") is null && container.Spec.At("startupProbe") is null) return;
        container.Probes = new ProbeLoop(
            container.Spec,
            async (command, timeout, token) =>
            {
                using var process = LocalProcess.Start(_node.Guard, command, ContainerRun.WorkingDirectory(container.Spec, root), environment, input: false);
                return await RunProbeAsync(process, timeout, token);
            },
            Wake,
            kind => Unhealthy(container, run, kind),
            _node.Time);
    }

    private static async Task<bool> RunProbeAsync(LocalProcess process, TimeSpan timeout, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            await Task.WhenAll(process.Output.CopyToAsync(Stream.Null, limit.Token), process.Error.CopyToAsync(Stream.Null, limit.Token));
            return await process.WaitAsync(limit.Token) == 0;
        }
        catch (OperationCanceledException)
        {
            process.Signal(Signals.Kill);
            // It is being killed: this wait is short, and leaves no process behind.
            await process.WaitAsync(CancellationToken.None);
            return false;
        }
    }

    private void Unhealthy(ContainerState container, ContainerRun run, string kind)
    {
        _node.Logger.LogInformation("Container {Container} of {Pod} failed its {Kind} probe and is ended", container.Name, _pod.Name(), kind);
        _ = run.StopAsync(Grace, _node.Time, _abandoned.Task);
    }

    /// <summary>Takes note of a run that has ended.</summary>
    private async Task ReapAsync(ContainerState container)
    {
        if (container.Run is not { Ended.IsCompleted: true } run) return;
        var code = await run.Ended;
        container.Run = null;
        if (container.Probes is { } probes)
        {
            container.Probes = null;
            await probes.DisposeAsync();
        }

        End(container, code, run.StartedAt, Message(container), code == 0 ? "Completed" : "Error", run.Id);
        await run.DisposeAsync();
    }

    private string? Message(ContainerState container)
    {
        var path = (container.Spec.Text("terminationMessagePath") ?? "/dev/termination-log").Trim('/');
        var file = Path.Combine(_node.Layout.ContainerRoot(Uid, container.Name), path);
        if (!File.Exists(file)) return null;
        var text = File.ReadAllText(file);
        File.Delete(file);
        return text.Length > 4096 ? text[^4096..] : text;
    }

    private void End(ContainerState container, int code, DateTimeOffset started, string? message, string reason, string? id = null)
    {
        var now = _node.Time.GetUtcNow();
        var terminated = new JsonObject { ["exitCode"] = code, ["reason"] = reason };
        if (message is { Length: > 0 }) terminated["message"] = message;
        terminated["startedAt"] = started.Stamp();
        terminated["finishedAt"] = now.Stamp();
        if (id is not null) terminated["containerID"] = id;
        container.Terminated = terminated;
        container.Waiting = null;
        var again = container.Role switch
        {
            ContainerRole.Sidecar => true,
            ContainerRole.Init => code != 0 && Policy != "Never",
            ContainerRole.Main => !PodStatus.HasEndedForGood(container, Policy, deleting: false),
            _ => false,
        };
        if (!again) return;

        if (now - started > TimeSpan.FromMinutes(10)) container.Backoff = TimeSpan.Zero;
        container.NotBefore = now + container.Backoff;
        if (container.Backoff > TimeSpan.Zero)
        {
            var seconds = container.Backoff.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            container.LastTerminated = terminated;
            container.Waiting = (
                "CrashLoopBackOff",
                $"back-off {seconds}s restarting failed container={container.Name} pod={_pod.Name()}_{_pod.Namespace()}({Uid})");
        }

        container.Backoff = container.Backoff == TimeSpan.Zero ? FirstBackoff : TimeSpan.FromTicks(Math.Min(container.Backoff.Ticks * 2, LongestBackoff.Ticks));
    }

    private async Task EndAsync(ContainerState container, TimeSpan grace, CancellationToken ct)
    {
        if (container.Run is not { } run) return;
        if (grace > TimeSpan.Zero && container.Spec.At("lifecycle", "preStop", "exec") is { } hook) await HookAsync(container, hook, grace, ct);
        await run.StopAsync(grace, _node.Time, _abandoned.Task);
        await ReapAsync(container);
    }

    private async Task HookAsync(ContainerState container, JsonNode hook, TimeSpan grace, CancellationToken ct)
    {
        var (root, environment) = Inside(container);
        try
        {
            using var process = LocalProcess.Start(_node.Guard, [.. hook.Texts("command")], ContainerRun.WorkingDirectory(container.Spec, root), environment, input: false);
            await RunProbeAsync(process, grace, ct);
        }
        catch (FileNotFoundException exception)
        {
            await _node.Events.WarningAsync(_pod, "FailedPreStopHook", exception.Message, ct);
        }
    }

    /// <summary>Graceful deletion: ordinary containers first, then sidecars, then the API is told.</summary>
    private async Task<TimeSpan?> FinishAsync(CancellationToken ct)
    {
        if (_containers.Exists(container => container.IsRunning)) await _node.Events.NormalAsync(_pod, "Killing", "Stopping containers", ct);
        await Task.WhenAll(_containers.Where(container => container.Role is not ContainerRole.Sidecar).Select(container => EndAsync(container, Grace, ct)));
        await Task.WhenAll(_containers.Where(container => container.Role is ContainerRole.Sidecar).Select(container => EndAsync(container, Grace, ct)));
        foreach (var container in _containers.Where(container => container.Terminated is null))
        {
            container.Waiting = null;
            container.Terminated = new JsonObject { ["exitCode"] = 137, ["reason"] = "ContainerStatusUnknown", ["startedAt"] = null, ["finishedAt"] = null };
        }

        await ReportAsync(ct);
        await CleanAsync(ct);
        await _node.Client.DeleteAsync("pods", _pod.Namespace(), _pod.Name(), new DeleteWish(Uid, GraceSeconds: 0), ct);
        return Timeout.InfiniteTimeSpan;
    }

    private async Task CleanAsync(CancellationToken ct)
    {
        await _node.Volumes.RemoveAsync(Uid, ct);
        await FolderRemoval.RemoveAsync(_node.Layout.PodLogs(_pod.Namespace()!, _pod.Name(), Uid), ct);
    }

    private Task<JsonObject?> ReportAsync(CancellationToken ct) => _node.Client.ChangeAsync("pods", _pod.Namespace(), _pod.Name(), "status", latest =>
    {
        if (latest.Uid() == Uid) PodStatus.Write(latest, _pod, _containers, _podIp, _node.HostIp, _began, _volumes is not null, _node.Time.GetUtcNow());
    }, ct);
}
