using System.Diagnostics;

namespace BackupServer.Repository.Tests.Support;

/// <summary>The stock command line, as the judge of what we write and the writer of what we read.</summary>
internal sealed class StockRestic(string repository, string password, string temporaryDirectory)
{
    public async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Runs a command whose input stays open until <paramref name="close"/>; returns its exit code.</summary>
    public async Task<int> RunWithOpenInputAsync(string[] arguments, TaskCompletionSource started, CancellationToken close)
    {
        using var process = Start(arguments);
        await process.StandardInput.WriteAsync("some input");
        await process.StandardInput.FlushAsync(CancellationToken.None);
        started.SetResult();
        await using (close.Register(process.StandardInput.Close))
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            await Task.WhenAll(output, errors);
        }

        return process.ExitCode;
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("restic", ["-r", repository, "--no-cache", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["RESTIC_PASSWORD"] = password;
        start.Environment["TZ"] = "UTC";
        start.Environment["TMPDIR"] = temporaryDirectory;

        return Process.Start(start)!;
    }

    /// <summary>Runs a command that must succeed.</summary>
    public async Task<string> MustAsync(params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(arguments);
        Assert.True(exitCode == 0, $"restic {string.Join(' ', arguments)} ended with {exitCode}: {output}");

        return output;
    }

    /// <summary>Reads every byte and expects no complaint, hints included.</summary>
    public async Task MustBeCleanAsync()
    {
        var output = await MustAsync("check", "--read-data");
        Assert.Contains("no errors were found", output, StringComparison.Ordinal);
        Assert.DoesNotContain("additional files", output, StringComparison.Ordinal);
    }
}
