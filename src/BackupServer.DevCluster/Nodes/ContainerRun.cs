using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>One run of a container: a process with its log, or the idle placeholder, from start to exit code.</summary>
internal sealed class ContainerRun : IAsyncDisposable
{
    private readonly LocalProcess? _process;
    private readonly TaskCompletionSource<int> _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ContainerRun(LocalProcess? process, ContainerLog log, string id, DateTimeOffset started)
    {
        _process = process;
        Log = log;
        Id = id;
        StartedAt = started;
        Ended = process is null ? _idle.Task : FollowAsync(process);
    }

    public string Id { get; }

    public ContainerLog Log { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>Completes with the exit code when the command and its output have ended.</summary>
    public Task<int> Ended { get; }

    /// <summary>Starts the container's command, or the placeholder where there is none to run.</summary>
    public static ContainerRun Start(
        ChildGuard guard, JsonObject container, string root, IReadOnlyDictionary<string, string> environment, string logPath, string id, TimeProvider time)
    {
        var log = new ContainerLog(logPath, time);
        var command = Command(container, environment);
        if (!Images.RunsCommands(container.Text("image")) || command.Count == 0) return new ContainerRun(null, log, id, time.GetUtcNow());
        try
        {
            return new ContainerRun(LocalProcess.Start(guard, command, WorkingDirectory(container, root), environment, input: false), log, id, time.GetUtcNow());
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    public static string WorkingDirectory(JsonObject container, string root)
    {
        var directory = Path.Combine(root, (container.Text("workingDir") ?? "/").Trim('/'));
        Directory.CreateDirectory(directory);
        return directory;
    }

    /// <summary>Asks it to end (SIGTERM), waits for the grace (or until there is none any more), then ends it.</summary>
    public async Task<int> StopAsync(TimeSpan grace, TimeProvider time, Task noGrace)
    {
        if (_process is null)
        {
            _idle.TrySetResult(0);
            return await Ended;
        }

        if (grace > TimeSpan.Zero)
        {
            _process.Signal(Signals.Terminate);
            using var waited = new CancellationTokenSource();
            await Task.WhenAny(Ended, noGrace, Task.Delay(grace, time, waited.Token));
            await waited.CancelAsync();
        }

        _process.Signal(Signals.Kill);
        return await Ended;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero, TimeProvider.System, Task.CompletedTask);
        _process?.Dispose();
        Log.Dispose();
    }

    private static List<string> Command(JsonObject container, IReadOnlyDictionary<string, string> environment) =>
        [.. container.Texts("command").Concat(container.Texts("args")).Select(part => ContainerEnvironment.Expand(part, environment))];

    private async Task<int> FollowAsync(LocalProcess process)
    {
        var output = Log.CopyAsync(process.Output, "stdout", CancellationToken.None);
        var error = Log.CopyAsync(process.Error, "stderr", CancellationToken.None);
        // No token: the end of the process is what ends this, and stopping the node ends the process.
        var code = await process.WaitAsync(CancellationToken.None);
        await Task.WhenAll(output, error);
        Log.Dispose();
        return code;
    }
}
