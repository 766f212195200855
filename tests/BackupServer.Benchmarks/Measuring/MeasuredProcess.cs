using System.Diagnostics;

namespace BackupServer.Benchmarks.Measuring;

/// <summary>Runs a program to its end and looks every few milliseconds what the kernel says of it: the peak of its memory is kept there, so that nothing between two looks is lost.</summary>
internal static class MeasuredProcess
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private static readonly long TicksPerSecond = 100;

    /// <summary>Runs <c>backupctl</c> of the same build.</summary>
    /// <exception cref="MeasuringException">It failed.</exception>
    public static Task<Measurement> RunBackupctlAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        RunAsync("dotnet", [BuildOutput.Backupctl, .. arguments], cancellationToken);

    /// <summary>Runs a program.</summary>
    /// <exception cref="MeasuringException">It failed.</exception>
    public static async Task<Measurement> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var watching = WatchAsync(process.Id, ended.Token);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var wall = Stopwatch.GetElapsedTime(started);
        await ended.CancelAsync();
        var (processor, resident) = await watching;
        var text = await output + await errors;
        return process.ExitCode == 0
            ? new Measurement(wall, processor, resident, text)
            : throw new MeasuringException($"'{program} {string.Join(' ', arguments)}' ended with {process.ExitCode}: {text}");
    }

    private static async Task<(TimeSpan Processor, long Resident)> WatchAsync(int process, CancellationToken ended)
    {
        var processor = TimeSpan.Zero;
        var resident = 0L;
        using var timer = new PeriodicTimer(Look);
        do
        {
            resident = Math.Max(resident, KernelFigures.PeakResident(process) ?? 0);
            processor = KernelFigures.Processor(process, TicksPerSecond) ?? processor;
        }
        while (await TickAsync(timer, ended));
        return (processor, resident);
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken ended)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ended);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return false;
        }
    }
}
