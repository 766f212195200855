using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository restore</c>: a snapshot, or a part of it, into a directory.</summary>
internal static class RepositoryRestoreCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var snapshot = new Argument<string>("ID[:PATH]") { Description = "snapshot: an id, its beginning, or latest; with a path only what is below it" };
        var target = new Option<string>("--target", "-t") { Description = "directory to restore into", HelpName = "DIR", Required = true };
        var includes = new PatternOptions("include", "i", "only what matches");
        var excludes = new PatternOptions("exclude", "e", "not what matches");
        var overwrite = ChoiceOption.Create(
            "--overwrite",
            "what happens to existing files: always (made equal, only parts that differ are written), if-changed (as always, same size and time count as equal), if-newer, never",
            "WHEN",
            ("always", RestoreOverwrite.Always),
            ("if-changed", RestoreOverwrite.IfChanged),
            ("if-newer", RestoreOverwrite.IfNewer),
            ("never", RestoreOverwrite.Never));
        var delete = new Option<bool>("--delete") { Description = "remove what is in restored directories and not in the snapshot" };
        var sparse = new Option<bool>("--sparse") { Description = "make holes of blocks of zeros (default; --sparse=false writes them)", DefaultValueFactory = static _ => true };
        var verify = new Option<bool>("--verify") { Description = "read every restored file again and compare" };
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "only tell what would be done" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "with --dry-run: name every path" };
        var filter = new SnapshotFilterOptions();
        var command = RepositoryVerb.Create("restore", "Restores files. Run again after an interruption, it does only what is missing.", ExitCodes.PartiallyFailed, ExitCodes.NotFound)
            .WithExamples(
                "restore latest --target /",
                "restore latest:/home/me --target /tmp/me --include '*.txt' --verify",
                "restore 1a2b3c4d:/srv --target /srv --delete --overwrite if-changed --dry-run")
            .WithTopic(
                "Where files go",
                "'restore ID --target /tmp/x' puts /home/me/a into /tmp/x/home/me/a; 'restore ID:/home/me --target /tmp/x' puts it into /tmp/x/a.",
                "With --target / files go back to where they were. What is there and not in the snapshot stays, unless --delete is said; --dry-run tells first.");
        command.Add(snapshot);
        command.Add(target);
        includes.AddTo(command);
        excludes.AddTo(command);
        foreach (var option in new Option[] { overwrite, delete, sparse, verify, dryRun, verbose })
        {
            command.Add(option);
        }

        filter.AddTo(command);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            var (id, path) = SnapshotPath.Parse(parsed.GetValue(snapshot)!);
            var restore = new RestoreOptions
            {
                Target = parsed.GetValue(target)!,
                SubPath = path,
                Includes = includes.Read(parsed, context.Terminal),
                IncludesIgnoringCase = includes.ReadIgnoringCase(parsed, context.Terminal),
                Excludes = excludes.Read(parsed, context.Terminal),
                ExcludesIgnoringCase = excludes.ReadIgnoringCase(parsed, context.Terminal),
                Overwrite = parsed.GetValue(overwrite),
                Delete = parsed.GetValue(delete),
                Sparse = parsed.GetValue(sparse),
                Verify = parsed.GetValue(verify),
            };
            return parsed.GetValue(dryRun)
                ? PlanAsync(address, filter.Read(parsed), id, restore, parsed.GetValue(verbose), cancellationToken)
                : RunAsync(address, filter.Read(parsed), id, restore, cancellationToken);
        });
        return command;
    }

    /// <summary>Restores.</summary>
    public static async Task<int> RunAsync(RepositoryAddress address, SnapshotFilter filter, string id, RestoreOptions options, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var snapshot = await OpenAsync(opened, filter, id, cancellationToken);
        var total = TotalBytes(snapshot.Snapshot, options);
        var result = await opened.WhileLockedAsync(
            token => address.WithProgressAsync(progress => new Restorer(snapshot).RestoreAsync(
                options with { Progress = new Relay<RestoreProgress>(progress, state => State(state, total)) }, token)),
            cancellationToken);
        Print(address, snapshot.Snapshot.Id.ToString(), result);
        // Owners that only root can set are told, but all content is there.
        return result.Problems.Any(static problem => problem.Kind != RestoreProblemKind.Owner) ? ExitCodes.PartiallyFailed : ExitCodes.Ok;
    }

    /// <summary>Tells what a restore would do.</summary>
    public static async Task<int> PlanAsync(
        RepositoryAddress address, SnapshotFilter filter, string id, RestoreOptions options, bool verbose, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var plan = await RestorePlan.CreateAsync(await OpenAsync(opened, filter, id, cancellationToken), options, cancellationToken);
        var output = address.Terminal.Out;
        foreach (var entry in verbose ? plan.Entries : [])
        {
            await output.WriteLineAsync(address.Json
                ? JsonText.Line(new { message_type = "planned", path = entry.Path, action = entry.Action, bytes = entry.Bytes })
                : $"{entry.Action.ToString().ToLowerInvariant(),-8} {entry.Path}");
        }

        await output.WriteLineAsync(address.Json
            ? new JsonObject
            {
                ["message_type"] = "summary",
                ["dry_run"] = true,
                ["create"] = plan.Count(RestoreAction.Create),
                ["compare"] = plan.Count(RestoreAction.Compare),
                ["replace"] = plan.Count(RestoreAction.Replace),
                ["keep"] = plan.Count(RestoreAction.Keep),
                ["delete"] = plan.Count(RestoreAction.Delete),
                ["bytes"] = plan.Bytes,
            }.ToJsonString()
            : $"would create {plan.Count(RestoreAction.Create)} entries, compare {plan.Count(RestoreAction.Compare)}, replace {plan.Count(RestoreAction.Replace)}, keep {plan.Count(RestoreAction.Keep)}, "
                + $"delete {plan.Count(RestoreAction.Delete)}; {Quantities.Bytes(plan.Bytes)} at most. Nothing was done");
        return ExitCodes.Ok;
    }

    private static async Task<SnapshotReader> OpenAsync(OpenedRepository opened, SnapshotFilter filter, string id, CancellationToken cancellationToken)
    {
        await opened.ShareAndLoadIndexAsync(cancellationToken);
        return new SnapshotReader(opened.Repository, await filter.FindAsync(opened.Repository, id, cancellationToken));
    }

    /// <summary>Bytes of all, where the snapshot knows them; of a part nobody knows without a walk.</summary>
    private static long TotalBytes(Snapshot snapshot, RestoreOptions options) =>
        options is { SubPath: "/", Includes.Count: 0, IncludesIgnoringCase.Count: 0, Excludes.Count: 0, ExcludesIgnoringCase.Count: 0 } ? snapshot.Summary?.TotalBytesProcessed ?? 0 : 0;

    private static ProgressState State(RestoreProgress progress, long total) =>
        new("restoring", $"{progress.Files} files, {Quantities.Bytes(progress.Bytes)}", Math.Min(progress.Bytes, total), total) { Files = progress.Files, Bytes = progress.Bytes };

    private static void Print(RepositoryAddress address, string snapshot, RestoreResult result)
    {
        foreach (var problem in result.Problems)
        {
            address.Terminal.Error.WriteLine($"{problem.Kind.ToString().ToLowerInvariant()}: {problem.Path}: {problem.Reason}");
        }

        if (address.Json)
        {
            var node = JsonText.Node(result);
            node["message_type"] = "summary";
            node["snapshot_id"] = snapshot;
            address.Terminal.Out.WriteLine(node.ToJsonString());
            return;
        }

        var deleted = result.Deleted > 0 ? $", deleted {result.Deleted} entries" : "";
        address.Terminal.Out.WriteLine(
            $"restored {result.Files} files, {result.Directories} directories, {result.Others} others; {Quantities.Bytes(result.Bytes)}, {Quantities.Bytes(result.WrittenBytes)} written{deleted}");
    }
}
