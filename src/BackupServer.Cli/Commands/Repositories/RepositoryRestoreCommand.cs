using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Restoring;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository restore</c>: a snapshot, or a part of it, into a directory.</summary>
internal static class RepositoryRestoreCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var snapshot = new Argument<string>("ID[:PATH]") { Description = "snapshot: an id, its beginning, or latest; with a path only what is below it" };
        var target = new Option<string>("--target", "-t") { Description = "directory to restore into", HelpName = "DIR", Required = true };
        var includes = new Option<string[]>("--include", "-i") { Description = "only what matches; may be repeated", HelpName = "PATTERN" };
        var excludes = new Option<string[]>("--exclude", "-e") { Description = "not what matches; may be repeated", HelpName = "PATTERN" };
        var verify = new Option<bool>("--verify") { Description = "read every restored file again and compare" };
        var command = RepositoryVerb.Create("restore", "Restores files.", ExitCodes.PartiallyFailed, ExitCodes.NotFound);
        command.Add(snapshot);
        command.Add(target);
        command.Add(includes);
        command.Add(excludes);
        command.Add(verify);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            var (id, path) = SnapshotPath.Parse(parsed.GetValue(snapshot)!);
            var restore = new RestoreOptions
            {
                Target = parsed.GetValue(target)!,
                SubPath = path,
                Includes = parsed.GetValue(includes) ?? [],
                Excludes = parsed.GetValue(excludes) ?? [],
                Verify = parsed.GetValue(verify),
            };
            return RunAsync(address, id, restore, cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, string id, RestoreOptions options, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAndLoadIndexAsync(cancellationToken);
        var snapshot = await SnapshotReader.OpenAsync(opened.Repository, id, cancellationToken);
        var result = await address.WithProgressAsync(progress => new Restorer(snapshot).RestoreAsync(
            options with { Progress = new Relay<RestoreProgress>(progress, State) }, cancellationToken));
        Print(address, snapshot.Snapshot.Id.ToString(), result);
        // Owners that only root can set are told, but all content is there.
        return result.Problems.Any(static problem => problem.Kind != RestoreProblemKind.Owner) ? ExitCodes.PartiallyFailed : ExitCodes.Ok;
    }

    private static ProgressState State(RestoreProgress progress) => new("restoring", $"{progress.Files} files, {Quantities.Bytes(progress.Bytes)}");

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

        address.Terminal.Out.WriteLine($"restored {result.Files} files, {result.Directories} directories, {result.Others} others; {Quantities.Bytes(result.Bytes)}, {Quantities.Bytes(result.WrittenBytes)} written");
    }
}
