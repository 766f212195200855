using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace BackupServer.Benchmarks.Commands;

/// <summary><c>micro</c>: the engine's parts, each alone.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        var filters = new Argument<string[]>("FILTER") { Description = "globs over Type.Method (default: all); what else follows -- goes to BenchmarkDotNet", Arity = ArgumentArity.ZeroOrMore };
        var exact = new Option<bool>("--exact") { Description = "as many runs as the figures need, instead of a few short ones" };
        var command = new Command("micro", "Measures the parts of the engine: chunker, sealing, compression, hashes, packs, index, trees, directories.") { filters, exact };
        command.SetAction(parsed => Run(parsed.GetValue(filters) ?? [], parsed.GetValue(exact)));
        return command;
    }

    private static int Run(string[] filters, bool exact)
    {
        // In this process: another one would have to be built first, outside of this tree's rules.
        var job = (exact ? Job.Default : Job.ShortRun).WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.Create(DefaultConfig.Instance).AddJob(job).AddDiagnoser(MemoryDiagnoser.Default)
            .WithOptions(ConfigOptions.JoinSummary)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "BackupServer.Benchmarks"));
        var options = filters.Where(static filter => filter.StartsWith('-')).ToList();
        var globs = filters.Except(options).DefaultIfEmpty("*").Select(static glob => glob.Contains('*', StringComparison.Ordinal) ? glob : $"*{glob}*");
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run([.. options, "--filter", .. globs], config);
        return summaries.All(static summary => !summary.HasCriticalValidationErrors && summary.Reports.All(static report => report.Success)) && summaries.Any() ? 0 : 1;
    }
}
