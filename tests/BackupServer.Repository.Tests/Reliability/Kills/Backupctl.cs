using System.Diagnostics;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Kills;

/// <summary>The command line as another process, which can be killed.</summary>
internal sealed class Backupctl(string repository, string passwordFile)
{
    private static readonly string Program = Path.Combine(TestData.Root, "artifacts", "bin", "BackupServer.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "backupctl.dll");

    /// <summary>Runs <c>backupctl repository …</c> to its end; returns how it ended, what it wrote, and how long it took.</summary>
    public async Task<(int ExitCode, string Output, TimeSpan Took)> RunAsync(params string[] arguments)
    {
        long started = Stopwatch.GetTimestamp();
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Runs it and must end well.</summary>
    public async Task<TimeSpan> MustAsync(params string[] arguments)
    {
        (int exitCode, string output, TimeSpan took) = await RunAsync(arguments);
        Assert.True(exitCode == 0, $"backupctl repository {string.Join(' ', arguments)} ended with {exitCode}: {output}");
        return took;
    }

    /// <summary>Starts it and kills it, as the kernel would, after a time; false when it was done before.</summary>
    public async Task<bool> KillAsync(TimeSpan after, params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using CancellationTokenSource moment = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        moment.CancelAfter(after);
        await process.WaitForExitAsync(moment.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        bool killed = !process.HasExited;
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        string all = await output + await errors;
        Assert.True(killed || process.ExitCode == 0, $"backupctl repository {string.Join(' ', arguments)} ended with {process.ExitCode}: {all}");
        return killed;
    }

    private Process Start(string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Program, "repository", .. arguments, "--repo", repository, "--password-file", passwordFile])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
