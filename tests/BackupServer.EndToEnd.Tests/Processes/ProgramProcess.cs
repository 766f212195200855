using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BackupServer.EndToEnd.Tests.Processes;

/// <summary>A program as a process of its own, all it says in a log file. Ended when disposed.</summary>
internal sealed partial class ProgramProcess : IAsyncDisposable
{
    private const int TerminateSignal = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Task _output;

    private ProgramProcess(Process process, string logFile)
    {
        _process = process;
        LogFile = logFile;
        _output = CopyAsync(process, logFile);
    }

    /// <summary>The host of .NET programs that runs this one.</summary>
    public static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    public string LogFile { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program of ours.</summary>
    public static ProgramProcess StartOurs(string assembly, string logFile, params IEnumerable<string> arguments) =>
        Start(Dotnet, logFile, [assembly, .. arguments]);

    /// <summary>Starts any program.</summary>
    public static ProgramProcess Start(string program, string logFile, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(logFile)!);
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ProgramProcess(Process.Start(start)!, logFile);
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ProgramResult> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? logFile = null)
    {
        var log = logFile ?? Path.GetTempFileName();
        try
        {
            await using var process = Start(program, log, arguments, environment);
            return await process.WaitForResultAsync();
        }
        finally
        {
            if (logFile is null)
            {
                File.Delete(log);
            }
        }
    }

    /// <summary>Waits for its end.</summary>
    public async Task<ProgramResult> WaitForResultAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await _output;
        return new ProgramResult(_process.ExitCode, await File.ReadAllTextAsync(LogFile, TestContext.Current.CancellationToken));
    }

    /// <summary>Ends it without warning: kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None); // Its end is certain and near.
    }

    /// <summary>Tells it to end.</summary>
    public void Terminate() => _ = SendSignal(_process.Id, TerminateSignal);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = SendSignal(_process.Id, TerminateSignal);
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

        await _output;
        _process.Dispose();
    }

    private static async Task CopyAsync(Process process, string logFile)
    {
        await using var log = new StreamWriter(new FileStream(logFile, FileMode.Create, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        using var gate = new SemaphoreSlim(1);
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
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
