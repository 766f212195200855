namespace BackupServer.Quickstart.Processes;

/// <summary>The processes that must live while the story is told. When one ends by itself the story is stopped and told why.</summary>
internal sealed class ProcessGroup : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Watchdog _watchdog = new();
    private readonly List<Task> _watching = [];

    /// <summary>A group without processes.</summary>
    /// <param name="cancellationToken">Stops the story for other reasons.</param>
    public ProcessGroup(CancellationToken cancellationToken) => _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

    /// <summary>Stops the story.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Which process ended by itself, and how; null while none has.</summary>
    public string? Death { get; private set; }

    /// <summary>Starts a program that lives until it is disposed.</summary>
    public ManagedProcess Start(string assembly, string logFile, params IEnumerable<string> arguments)
    {
        var process = ManagedProcess.Start(assembly, logFile, arguments);
        _watchdog.Watch(process.Id);
        _watching.Add(WatchAsync(process, Path.GetFileNameWithoutExtension(assembly)));
        return process;
    }

    /// <summary>Ends the watching; the processes themselves belong to those who started them.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_watching);
        _watchdog.Dispose();
        _stop.Dispose();
    }

    private async Task WatchAsync(ManagedProcess process, string name)
    {
        var code = await process.Ended;
        if (!process.IsToEnd)
        {
            Death ??= $"{name} ended by itself, exit code {code}: {process.LastWords()}\nIts log is {process.LogFile}.";
            await _stop.CancelAsync();
        }
    }
}
