using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Checking;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository check</c>: whether everything is there and whole.</summary>
internal static class RepositoryCheckCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var all = new Option<bool>("--read-data") { Description = "read and prove every pack" };
        var part = Percentage.Option("--read-data-subset", "read and prove a random part of the packs");
        var command = RepositoryVerb.Create("check", "Checks a repository; names the snapshots and paths that a problem harms.");
        command.Add(all);
        command.Add(part);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
            RunAsync(address, parsed.GetValue(all) ? 1 : Math.Min(1, parsed.GetValue(part) ?? 0), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, double fraction, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        if (!address.NoLock)
        {
            // Somebody who adds meanwhile would look like damage.
            _ = await opened.LockAsync(cancellationToken);
        }

        var report = await new RepositoryChecker(opened.Repository, new CheckOptions { ReadDataFraction = fraction }).CheckAsync(cancellationToken);
        if (address.Json)
        {
            await address.Terminal.Out.WriteLineAsync(JsonText.Line(report));
        }
        else
        {
            Print(address.Terminal, report);
        }

        return report.IsClean ? ExitCodes.Ok : ExitCodes.Error;
    }

    private static void Print(Terminal terminal, CheckReport report)
    {
        foreach (var problem in report.Problems)
        {
            terminal.Error.WriteLine($"error: {problem}");
        }

        foreach (var hint in report.Hints)
        {
            terminal.Out.WriteLine($"hint: {hint}");
        }

        terminal.Out.WriteLine(
            $"{report.Snapshots} snapshots, {report.Trees} trees, {report.Blobs} blobs, {report.Packs} packs; {report.PacksRead} packs read ({Quantities.Bytes(report.BytesRead)})");
        terminal.Out.WriteLine(report.IsClean ? "no errors" : $"{report.Problems.Count} errors");
    }
}
