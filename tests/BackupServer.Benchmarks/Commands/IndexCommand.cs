using System.CommandLine;
using System.Globalization;
using BackupServer.Benchmarks.Measuring;

namespace BackupServer.Benchmarks.Commands;

/// <summary><c>index</c>: how long the index of a large repository takes to open, and how much memory.</summary>
internal static class IndexCommand
{
    private const long MemoryLimit = 150L << 20;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var blobs = CommonOptions.Count("--blobs", 2_000_000, "blobs of the index");
        var pack = CommonOptions.Count("--blobs-per-pack", 43, "of them in one pack: what 16 MiB hold of large files' chunks");
        var repetitions = CommonOptions.Count("--reps", 3, "how often; the least counts");
        var directory = CommonOptions.Directory();
        var command = new Command("index", "Opens a repository whose index names very many blobs; that must take no more than 2 s and 150 MiB.") { blobs, pack, repetitions, directory };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(directory), parsed.GetValue(blobs), parsed.GetValue(pack), parsed.GetValue(repetitions), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo directory, int blobs, int blobsPerPack, int repetitions, CancellationToken cancellationToken)
    {
        Report.Head($"index of {blobs} blobs, {blobsPerPack} in a pack", TimeProvider.System);
        using var work = new Workplace(directory);
        await LargeIndex.WriteAsync(work.PathOf("repository"), blobs, blobsPerPack, cancellationToken);
        var runs = new List<(TimeSpan Opening, long Growth, Measurement Process)>();
        for (var i = 0; i < repetitions; i++)
        {
            var process = await MeasuredProcess.RunAsync(
                "dotnet", [typeof(IndexCommand).Assembly.Location, OpenIndexCommand.Name, work.PathOf("repository")], cancellationToken);
            var figures = process.Output.Split(' ', StringSplitOptions.TrimEntries).Select(static figure => long.Parse(figure, CultureInfo.InvariantCulture)).ToList();
            runs.Add((TimeSpan.FromMicroseconds(figures[0]), figures[1], process with { PeakResident = figures[2] }));
        }

        var opening = runs.Min(static run => run.Opening);
        var peak = runs.Min(static run => run.Process.PeakResident);
        var holds = Report.Line("index opened in", Report.Seconds(opening), opening <= TimeLimit, Report.Seconds(TimeLimit));
        holds &= Report.Line("peak of the process", Report.Mebibytes(peak), peak <= MemoryLimit, Report.Mebibytes(MemoryLimit));
        Report.Line("of that by the index, at the end", Report.Mebibytes(runs.Min(static run => run.Growth)), null);
        var verb = new List<Measurement>();
        for (var i = 0; i < repetitions; i++)
        {
            verb.Add(await work.RunAsync("repository", "ls", ["latest"], cancellationToken));
        }

        Report.Line("backupctl repository ls", Report.Of(verb.MinBy(static run => run.Wall)!), null, "with start-up, password and lock");
        return holds ? 0 : 1;
    }
}
