using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Resources;
using BackupServer.Agent.Volumes;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Reconciling;
using BackupServer.Kubernetes.Watch;
using BackupServer.Kubernetes.Writes;
using BackupServer.PluginHost;
using Microsoft.Extensions.Logging;

namespace BackupServer.Agent.Work;

/// <summary>
/// Carries out this node's work units of one kind. The only writer of their status. A unit that an earlier process of this node had begun is
/// begun again: the mover finds what was stored already.
/// </summary>
/// <typeparam name="T">VolumeBackup or VolumeRestore.</typeparam>
internal sealed partial class WorkController<T> : IDisposable
    where T : class, ICustomResource
{
    private readonly KubernetesClient _client;
    private readonly AgentOptions _options;
    private readonly IWorkKind<T> _kind;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WorkQueue<ObjectName> _queue;
    private readonly Informer _informer;
    private readonly ReconcileLoop<ObjectName> _loop;
    private readonly ConcurrentDictionary<ObjectName, CancellationTokenSource> _running = new();

    public WorkController(KubernetesClient client, AgentOptions options, IWorkKind<T> kind, TimeProvider time, ILogger logger)
    {
        _client = client;
        _options = options;
        _kind = kind;
        _time = time;
        _logger = logger;
        _queue = new WorkQueue<ObjectName>(time, longestPause: TimeSpan.FromSeconds(30));
        var selection = new InformerOptions { Namespace = options.Namespace, LabelSelector = $"{Agents.WorkNodeLabel}={ShortLabel.Of(options.Node)}" };
        _informer = new Informer(client, CustomResourceAttribute.Of(typeof(T)).Resource, selection, OnEvent, logger);
        _loop = new ReconcileLoop<ObjectName>(typeof(T).Name, _queue, ReconcileAsync, options.ConcurrentVolumes, logger);
    }

    /// <summary>Works until cancelled. What is under way then is left to the next process.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(_informer.RunAsync(cancellationToken), _loop.RunAsync(cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    /// <summary>A unit at work is stopped at once; its queue entry would only be looked at after its end.</summary>
    private void OnEvent(InformerEvent change)
    {
        var name = change.Object.Name;
        if (change.Type == WatchEventType.Deleted || _kind.IsCancelled(KubernetesClient.Typed<T>(change.Object)))
        {
            if (_running.TryGetValue(name, out var stop))
            {
                stop.Cancel();
            }
        }

        if (change.Type != WatchEventType.Deleted)
        {
            _queue.Add(name);
        }
    }

    private async Task<ReconcileResult> ReconcileAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (await _client.FindAsync<T>(name.Namespace, name.Name, cancellationToken) is not { } unit
            || _kind.PhaseOf(unit) is VolumeWorkPhase.Completed or VolumeWorkPhase.Failed or VolumeWorkPhase.Canceled)
        {
            return ReconcileResult.Done;
        }

        if (_kind.IsCancelled(unit))
        {
            await WriteAsync(unit, _kind.Ended(VolumeWorkPhase.Canceled, null, "cancelled before any work was done"), cancellationToken);
            return ReconcileResult.Done;
        }

        await WorkAsync(name, unit, cancellationToken);
        return ReconcileResult.Done;
    }

    private async Task WorkAsync(ObjectName name, T unit, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running[name] = stop;
        var started = _time.GetUtcNow();
        LogBegins(_logger, typeof(T).Name, name);
        try
        {
            var progress = new LatestProgress();
            await WriteAsync(unit, _kind.InProgress(unit, started, default), stop.Token);
            var status = await WithProgressAsync(unit, started, progress, () => _kind.DoAsync(unit, started, progress, stop.Token), stop.Token);
            await WriteAsync(unit, status, cancellationToken);
            LogDone(_logger, typeof(T).Name, name);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            LogStopped(_logger, typeof(T).Name, name);
            await WriteAsync(unit, _kind.Ended(VolumeWorkPhase.Canceled, started, "cancelled"), cancellationToken);
        }
        catch (Exception e) when (e is WorkException or VolumeNotFoundException or DataMoverException or PluginNotFoundException)
        {
            LogFailed(_logger, typeof(T).Name, name, e.Message);
            await WriteAsync(unit, _kind.Ended(VolumeWorkPhase.Failed, started, e.Message), cancellationToken);
        }
        finally
        {
            _running.TryRemove(name, out _);
        }
    }

    private async Task<object> WithProgressAsync(T unit, DateTimeOffset started, LatestProgress progress, Func<Task<object>> work, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteProgressAsync(unit, started, progress, ended.Token);
        try
        {
            return await work();
        }
        finally
        {
            await ended.CancelAsync();
            await writing;
        }
    }

    private async Task WriteProgressAsync(T unit, DateTimeOffset started, LatestProgress progress, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), _time);
        VolumeProgress written = default;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var latest = progress.Value;
                if (latest != written)
                {
                    written = latest;
                    await WriteAsync(unit, _kind.InProgress(unit, started, latest), cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The work has ended.
        }
        catch (KubernetesException e)
        {
            LogProgress(_logger, typeof(T).Name, unit.Metadata.Name, e.Message);
        }
    }

    private async Task WriteAsync(T unit, object status, CancellationToken cancellationToken)
    {
        var patch = new JsonObject { ["status"] = JsonSerializer.SerializeToNode(status, KubernetesJson.Options) };
        try
        {
            _ = await _client.PatchAsync<T>(unit.Metadata.Namespace!, unit.Metadata.Name, Patch.Merge(patch), WriteOptions.Status, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            LogGone(_logger, typeof(T).Name, unit.Metadata.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Name} begins")]
    private static partial void LogBegins(ILogger logger, string kind, ObjectName name);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Name} is done")]
    private static partial void LogDone(ILogger logger, string kind, ObjectName name);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Name} is stopped")]
    private static partial void LogStopped(ILogger logger, string kind, ObjectName name);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Name} failed: {Error}")]
    private static partial void LogFailed(ILogger logger, string kind, ObjectName name, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Name} was deleted while it was worked on")]
    private static partial void LogGone(ILogger logger, string kind, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The progress of {Kind} {Name} is not written any more: {Error}")]
    private static partial void LogProgress(ILogger logger, string kind, string name, string error);
}
