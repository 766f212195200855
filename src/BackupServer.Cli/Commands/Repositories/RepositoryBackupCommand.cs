using System.CommandLine;
using BackupServer.Cli.Commands.Shell;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Archiving;
using BackupServer.Repository.Files;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository backup</c>: files of this machine, or what a program writes, into a new snapshot.</summary>
internal static class RepositoryBackupCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var paths = new Argument<string[]>("PATH") { Description = "files and directories; with --stdin-from-command the program and its arguments", Arity = ArgumentArity.ZeroOrMore };
        var tags = ListOption.Create("--tag", "tags of the snapshot", "TAG,…");
        var parent = new Option<string?>("--parent") { Description = "snapshot to compare with (default: the newest of the same host and paths)", HelpName = "ID" };
        var host = new Option<string?>("--host", "-H") { Description = "host name in the snapshot (default: this machine's)", HelpName = "NAME" };
        var time = TimeOption.Create("time of the snapshot (default: now)", "--time");
        var standardInput = new Option<bool>("--stdin") { Description = "back up standard input as a file" };
        var fromCommand = new Option<bool>("--stdin-from-command") { Description = "back up what a program writes; no snapshot if it fails" };
        var fileName = new Option<string>("--stdin-filename") { Description = "its path in the snapshot", HelpName = "PATH", DefaultValueFactory = static _ => "stdin" };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "do everything but write" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "name every file" };
        var files = new BackupOptions();
        var command = RepositoryVerb.Create("backup", "Backs up files of this machine, or what a program writes.", ExitCodes.PartiallyFailed, ExitCodes.NotFound)
            .WithExamples(
                "backup /home /etc --tag nightly --exclude-caches",
                "backup ~ --exclude '*.tmp' --exclude '!keep.tmp' --exclude-larger-than 1G --one-file-system",
                "backup --files-from list --dry-run --verbose",
                "backup /srv --skip-if-unchanged --time '2026-05-01 02:00'",
                "backup --stdin-from-command --stdin-filename /db.sql -- pg_dump mydb");
        command.Add(paths);
        foreach (var option in new Option[] { tags, parent, host, time, standardInput, fromCommand, fileName, dryRun, verbose })
        {
            command.Add(option);
        }

        files.AddTo(command);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            address = address with { DryRun = parsed.GetValue(dryRun) };
            var archive = new ArchiveOptions
            {
                Paths = parsed.GetValue(paths) ?? [],
                Tags = parsed.GetList(tags) ?? [],
                HostName = parsed.GetValue(host) ?? Environment.MachineName,
                UserName = Environment.UserName,
                Time = parsed.GetValue(time),
                ProgramVersion = $"backupctl {VersionCommand.Own}",
                RecordNames = true,
                Entries = parsed.GetValue(verbose) ? new ArchivedEntryLines(address) : null,
            };
            if (!parsed.GetValue(standardInput) && !parsed.GetValue(fromCommand))
            {
                return RunAsync(address, files.Read(parsed, archive, context.Terminal), parsed.GetValue(parent), cancellationToken);
            }

            var program = parsed.GetValue(fromCommand) ? archive.Paths : null;
            return (program is { Count: 0 }) || (program is null && archive.Paths.Count > 0)
                ? throw CommandException.Usage("say either --stdin without paths, or --stdin-from-command with the program: backup --stdin-from-command -- PROGRAM ARGUMENT…")
                : RunAsync(address, StreamOptions(archive, parsed.GetValue(fileName)!), program, cancellationToken);
        });
        return command;
    }

    /// <summary>Backs up files.</summary>
    public static async Task<int> RunAsync(RepositoryAddress address, ArchiveOptions options, string? parent, CancellationToken cancellationToken)
    {
        RequirePaths(options);
        await using var opened = await address.OpenAsync(cancellationToken);
        var archiver = new Archiver(opened.Repository);
        Snapshot? compared = null;
        await opened.ShareAndLoadIndexAsync(
            async token => compared = parent is null ? await archiver.FindParentAsync(options, token) : await opened.Repository.FindSnapshotAsync(parent, token), cancellationToken);
        var result = await opened.WhileLockedAsync(
            token => address.WithProgressAsync(progress => archiver.ArchiveAsync(options with { Progress = new Relay<ArchiveProgress>(progress, State) }, compared, token)), cancellationToken);
        Print(address, result);
        return result.ProblemCount == 0 ? ExitCodes.Ok : ExitCodes.PartiallyFailed;
    }

    /// <summary>Backs up what a program writes, or standard input when there is none.</summary>
    public static async Task<int> RunAsync(RepositoryAddress address, StreamArchiveOptions options, IReadOnlyList<string>? program, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAndLoadIndexAsync(cancellationToken);
        await using var output = program is null ? null : CommandOutput.Start(program);
        await using var content = output?.Stream ?? address.Terminal.OpenBinaryIn();
        var result = await opened.WhileLockedAsync(
            token => address.WithProgressAsync(progress => new StreamArchiver(opened.Repository).ArchiveAsync(
                content, options with { Progress = new Relay<ArchiveProgress>(progress, State), BeforeCommit = output is null ? null : output.RequireSuccessAsync }, token)),
            cancellationToken);
        Print(address, result);
        return ExitCodes.Ok;
    }

    private static StreamArchiveOptions StreamOptions(ArchiveOptions options, string path) => new()
    {
        Path = path,
        HostName = options.HostName,
        UserName = options.UserName,
        Tags = options.Tags,
        Time = options.Time,
        ProgramVersion = options.ProgramVersion,
    };

    /// <summary>A path that was typed wrong must not become a snapshot without it.</summary>
    private static void RequirePaths(ArchiveOptions options)
    {
        if (options.Paths.Count + options.RawPaths.Count == 0)
        {
            throw CommandException.Usage("say what to back up: paths, --files-from, --stdin or --stdin-from-command");
        }

        var missing = options.Paths.Where(static path => !Path.Exists(path) && new FileInfo(path).LinkTarget is null)
            .Concat(options.RawPaths.Where(static path => !RawPath.Exists(path)).Select(static path => path.ToString()))
            .ToList();
        if (missing.Count > 0)
        {
            throw CommandException.NotFound($"there is no {string.Join(", no ", missing)} to back up");
        }
    }

    private static ProgressState State(ArchiveProgress progress) =>
        new("saving", $"{progress.Files} files, {Quantities.Bytes(progress.Bytes)}, {Quantities.Bytes(progress.StoredBytes)} stored", Math.Min(progress.Bytes, progress.ExpectedBytes), progress.ExpectedBytes) { Files = progress.Files, Bytes = progress.Bytes };

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
            node["dry_run"] = address.DryRun;
            node["snapshot_id"] = address.DryRun || result.IsSkipped ? null : result.SnapshotId.ToString();
            node["problem_count"] = result.ProblemCount;
            node["problems"] = new System.Text.Json.Nodes.JsonArray([.. result.Problems.Select(JsonText.Node)]);
            address.Terminal.Out.WriteLine(node.ToJsonString());
            return;
        }

        var s = result.Summary;
        address.Terminal.Out.WriteLine($"files: {s.FilesNew} new, {s.FilesChanged} changed, {s.FilesUnmodified} unchanged; {Quantities.Bytes(s.TotalBytesProcessed)}");
        address.Terminal.Out.WriteLine($"added {Quantities.Bytes(s.DataAdded)}, stored in {Quantities.Bytes(s.DataAddedPacked)}");
        var problems = result.ProblemCount == 0 ? "" : $", {result.ProblemCount} paths with problems";
        address.Terminal.Out.WriteLine(
            address.DryRun ? $"nothing was written{problems}"
            : result.IsSkipped ? $"nothing changed since snapshot {result.SnapshotId.ToShortString()}: no other was written{problems}"
            : $"snapshot {result.SnapshotId.ToShortString()} saved{problems}");
    }
}
