using System.CommandLine;
using BackupServer.Benchmarks.Measuring;

namespace BackupServer.Benchmarks.Commands;

/// <summary><c>startup</c>: how long the smallest commands take.</summary>
internal static class StartupCommand
{
    private static readonly TimeSpan VersionLimit = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan SnapshotsLimit = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var repetitions = CommonOptions.Count("--reps", 10, "how often; the least counts, the middle is told");
        var directory = CommonOptions.Directory();
        var command = new Command("startup", "Runs the smallest commands: version within 0.15 s, the list of snapshots of a small repository within 0.5 s.") { repetitions, directory };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(directory), parsed.GetValue(repetitions), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo directory, int repetitions, CancellationToken cancellationToken)
    {
        Report.Head("start-up", TimeProvider.System);
        using var work = new Workplace(directory);
        await work.RunAsync("repository", "init", [], cancellationToken);
        await work.RunAsync("repository", "backup", [work.PasswordFile], cancellationToken);
        var holds = Print("backupctl version", VersionLimit, await RepeatAsync(
            repetitions, () => MeasuredProcess.RunBackupctlAsync(["version", "--client"], cancellationToken)));
        holds &= Print("backupctl repository snapshots", SnapshotsLimit, await RepeatAsync(
            repetitions, () => work.RunAsync("repository", "snapshots", [], cancellationToken)));
        Print("backupctl repository --help", null, await RepeatAsync(repetitions, () => MeasuredProcess.RunBackupctlAsync(["repository", "--help"], cancellationToken)));
        return holds ? 0 : 1;
    }

    private static bool Print(string what, TimeSpan? limit, List<Measurement> runs)
    {
        var least = runs[0];
        var middle = Report.Seconds(runs[runs.Count / 2].Wall);
        return Report.Line(what, $"{Report.Of(least)}; median {middle}", limit is null ? null : least.Wall <= limit, limit is { } most ? Report.Seconds(most) : "");
    }

    private static async Task<List<Measurement>> RepeatAsync(int repetitions, Func<Task<Measurement>> run)
    {
        var runs = new List<Measurement>();
        for (var i = 0; i < repetitions; i++)
        {
            runs.Add(await run());
        }

        return [.. runs.OrderBy(static measured => measured.Wall)];
    }
}
