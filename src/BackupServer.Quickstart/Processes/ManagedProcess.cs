using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BackupServer.Quickstart.Processes;

/// <summary>A program of ours as a process of its own, its output in a log file. It is ended when disposed, unless it is to be left running.</summary>
internal sealed partial class ManagedProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int LastLines = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);
    private readonly Process _process;
    private readonly Task _output;

    private ManagedProcess(Process process, string logFile)
    {
        _process = process;
        LogFile = logFile;
        _output = CopyAsync(process, logFile);
        Ended = WaitAsync();
    }

    /// <summary>Where its output is.</summary>
    public string LogFile { get; }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its end, with the exit code.</summary>
    public Task<int> Ended { get; }

    /// <summary>Whether its end is wanted.</summary>
    public bool IsToEnd { get; private set; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a program.</summary>
    public static ManagedProcess Start(string assembly, string logFile, params IEnumerable<string> arguments)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(logFile)!);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(assembly);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new ManagedProcess(Process.Start(start) ?? throw new StoryException($"{assembly} cannot be started"), logFile);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="StoryException">It failed; the message holds its last words.</exception>
    public static async Task<string> RunAsync(string assembly, string logFile, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await using var process = Start(assembly, logFile, arguments);
        await process._process.WaitForExitAsync(cancellationToken);
        await process._output;
        var output = await File.ReadAllTextAsync(logFile, cancellationToken);
        return process._process.ExitCode == 0
            ? output
            : throw new StoryException($"{Path.GetFileNameWithoutExtension(assembly)} {string.Join(' ', arguments)} ended with {process._process.ExitCode}: {output.Trim()}");
    }

    /// <summary>The last lines of its output.</summary>
    public string LastWords()
    {
        using var reader = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return string.Join('\n', reader.ReadToEnd().Trim().Split('\n').TakeLast(LastLines));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        IsToEnd = true;
        if (!_process.HasExited)
        {
            _ = SendSignal(_process.Id, Terminate);
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _ = await Ended;
        _process.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None); // It ends at the latest when it is disposed.
        await _output;
        return _process.ExitCode;
    }

    private static async Task CopyAsync(Process process, string logFile)
    {
        await using var log = new StreamWriter(new FileStream(logFile, FileMode.Create, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var gate = new SemaphoreSlim(1);
        async Task CopyOneAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                await gate.WaitAsync();
                await log.WriteLineAsync(line);
                gate.Release();
            }
        }

        await Task.WhenAll(CopyOneAsync(process.StandardOutput), CopyOneAsync(process.StandardError));
        gate.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
