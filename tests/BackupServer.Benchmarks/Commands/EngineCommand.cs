using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BackupServer.Benchmarks.Measuring;

namespace BackupServer.Benchmarks.Commands;

/// <summary><c>engine</c>: the whole engine beside restic and borg, on the same data in the same minutes.</summary>
internal static class EngineCommand
{
    public static Command Create()
    {
        var script = new Option<FileInfo>("--engine-script")
        {
            Description = "the script that measures (default: the one of this project)",
            HelpName = "PATH",
            DefaultValueFactory = static _ => new FileInfo(Path.Combine(AppContext.BaseDirectory, "engine.py")),
        };
        var scale = new Option<double>("--scale") { Description = "size of the sets; 1.0 is 2 GiB, 2 GiB and 200,000 files", DefaultValueFactory = static _ => 1.0, HelpName = "X" };
        var repetitions = CommonOptions.Count("--reps", 3, "how often; the least of each figure counts");
        var sets = new Option<string>("--sets") { Description = "A random bytes, B database pages, C small files", DefaultValueFactory = static _ => "A,B,C" };
        var operations = new Option<string>("--ops") { Description = "what is measured", DefaultValueFactory = static _ => "backup,nochange,onepct,restore,check" };
        var json = new Option<FileInfo?>("--json") { Description = "write every figure of every run to this file", HelpName = "FILE" };
        var restic = new Option<string?>("--restic") { Description = "stock restic (default: the one of the PATH)", HelpName = "PROGRAM" };
        var borg = new Option<string?>("--borg") { Description = "borg (default: the one of the PATH)", HelpName = "PROGRAM" };
        var directory = CommonOptions.Directory();
        var command = new Command("engine", "Measures backup, restore and check beside restic and borg, and prints the ratio of wall times (above 1: we are faster).")
        {
            script, scale, repetitions, sets, operations, directory, json, restic, borg,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Report.Head("engine beside restic and borg", TimeProvider.System);
            var work = Path.Combine(parsed.GetRequiredValue(directory).FullName, string.Create(CultureInfo.InvariantCulture, $"backupserver-engine-{Environment.ProcessId}"));
            List<string> arguments =
            [
                parsed.GetRequiredValue(script).FullName,
                "--ours", $"dotnet {BuildOutput.Backupctl}",
                "--scale", parsed.GetValue(scale).ToString(CultureInfo.InvariantCulture),
                "--reps", parsed.GetValue(repetitions).ToString(CultureInfo.InvariantCulture),
                "--sets", parsed.GetRequiredValue(sets),
                "--ops", parsed.GetRequiredValue(operations),
                "--dir", work,
            ];
            arguments.AddRange(parsed.GetValue(json) is { } file ? ["--json", file.FullName] : []);
            arguments.AddRange(parsed.GetValue(restic) is { } otherRestic ? ["--restic", otherRestic] : []);
            arguments.AddRange(parsed.GetValue(borg) is { } otherBorg ? ["--borg", otherBorg] : []);
            try
            {
                return await RunAsync(arguments, cancellationToken);
            }
            finally
            {
                if (Directory.Exists(work))
                {
                    Directory.Delete(work, recursive: true);
                }
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(List<string> arguments, CancellationToken cancellationToken)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", arguments) { UseShellExecute = false })!;
        try
        {
            await python.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            python.Kill(entireProcessTree: true);
            throw;
        }

        return python.ExitCode;
    }
}
