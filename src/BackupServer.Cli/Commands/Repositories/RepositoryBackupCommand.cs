using System.CommandLine;
using BackupServer.Cli.Commands.Shell;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository;
using BackupServer.Repository.Archiving;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository backup</c>: files of this machine into a new snapshot.</summary>
internal static class RepositoryBackupCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var paths = new Argument<string[]>("PATH") { Description = "files and directories", Arity = ArgumentArity.OneOrMore };
        var tags = ListOption.Create("--tag", "tags of the snapshot", "TAG,…");
        var excludes = new Option<string[]>("--exclude", "-e") { Description = "leave out what matches; may be repeated", HelpName = "PATTERN", AllowMultipleArgumentsPerToken = false };
        var parent = new Option<string?>("--parent") { Description = "snapshot to compare with (default: the newest of the same host and paths)", HelpName = "ID" };
        var host = new Option<string?>("--host", "-H") { Description = "host name in the snapshot (default: this machine's)", HelpName = "NAME" };
        var command = RepositoryVerb.Create("backup", "Backs up files of this machine.", ExitCodes.PartiallyFailed, ExitCodes.NotFound);
        command.Add(paths);
        command.Add(tags);
        command.Add(excludes);
        command.Add(parent);
        command.Add(host);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            var archive = new ArchiveOptions
            {
                Paths = parsed.GetValue(paths)!,
                Tags = parsed.GetList(tags) ?? [],
                Excludes = parsed.GetValue(excludes) ?? [],
                HostName = parsed.GetValue(host) ?? Environment.MachineName,
                UserName = Environment.UserName,
                ProgramVersion = $"backupctl {VersionCommand.Own}",
            };
            return RunAsync(address, archive, parsed.GetValue(parent), cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, ArchiveOptions options, string? parent, CancellationToken cancellationToken)
    {
        RequirePaths(options.Paths);
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAsync(cancellationToken);
        await opened.Repository.LoadIndexAsync(cancellationToken);
        ObjectId? compared = parent is null ? null : (await opened.Repository.FindSnapshotAsync(parent, cancellationToken)).Id;
        var result = await address.WithProgressAsync(progress => new Archiver(opened.Repository).ArchiveAsync(
            options with { Parent = compared, Progress = new Relay<ArchiveProgress>(progress, State) }, cancellationToken));
        Print(address, result);
        return result.ProblemCount == 0 ? ExitCodes.Ok : ExitCodes.PartiallyFailed;
    }

    /// <summary>A path that was typed wrong must not become a snapshot without it.</summary>
    private static void RequirePaths(IReadOnlyList<string> paths)
    {
        var missing = paths.Where(static path => !Path.Exists(path) && new FileInfo(path).LinkTarget is null).ToList();
        if (missing.Count > 0)
        {
            throw CommandException.NotFound($"there is no {string.Join(", no ", missing)} to back up");
        }
    }

    private static ProgressState State(ArchiveProgress progress) =>
        new("saving", $"{progress.Files} files, {Quantities.Bytes(progress.Bytes)}, {Quantities.Bytes(progress.StoredBytes)} stored");

    private static void Print(RepositoryAddress address, ArchiveResult result)
    {
        foreach (var problem in result.Problems)
        {
            address.Terminal.Error.WriteLine($"{problem.Kind.ToString().ToLowerInvariant()}: {problem.Path}: {problem.Reason}");
        }

        if (address.Json)
        {
            var node = JsonText.Node(result.Summary);
            node["message_type"] = "summary";
            node["snapshot_id"] = result.SnapshotId.ToString();
            node["problem_count"] = result.ProblemCount;
            node["problems"] = new System.Text.Json.Nodes.JsonArray([.. result.Problems.Select(JsonText.Node)]);
            address.Terminal.Out.WriteLine(node.ToJsonString());
            return;
        }

        var s = result.Summary;
        address.Terminal.Out.WriteLine($"files: {s.FilesNew} new, {s.FilesChanged} changed, {s.FilesUnmodified} unchanged; {Quantities.Bytes(s.TotalBytesProcessed)}");
        address.Terminal.Out.WriteLine($"added {Quantities.Bytes(s.DataAdded)}, stored in {Quantities.Bytes(s.DataAddedPacked)}");
        address.Terminal.Out.WriteLine($"snapshot {result.SnapshotId.ToShortString()} saved{(result.ProblemCount == 0 ? "" : $", {result.ProblemCount} paths with problems")}");
    }
}
