using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Copying;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository copy</c>: snapshots of another repository into this one.</summary>
internal static class RepositoryCopyCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var ids = SnapshotFilterOptions.Ids();
        var source = new SourceRepositoryOptions();
        var dryRun = new Option<bool>("--dry-run", "-n") { Description = "only tell what would be copied" };
        var filter = new SnapshotFilterOptions();
        var command = RepositoryVerb.Create("copy", "Copies snapshots from another repository into this one; only what is missing, so it can be interrupted and run again.", ExitCodes.NotFound)
            .WithExamples("copy --from-repo /srv/backups --from-password-file secret --repo /mnt/second", "copy latest --host web --from-repo /srv/backups --from-password-file secret");
        command.Add(ids);
        command.Add(dryRun);
        source.AddTo(command);
        filter.AddTo(command);
        command.SetRepositoryAction(context, options, async (parsed, address, cancellationToken) =>
            await RunAsync(
                address, await source.ReadAsync(parsed, address, cancellationToken), parsed.GetValue(ids) ?? [], filter.Read(parsed), parsed.GetValue(dryRun), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        RepositoryAddress address, RepositoryAddress from, IReadOnlyList<string> ids, SnapshotFilter filter, bool dryRun, CancellationToken cancellationToken)
    {
        await using var source = await from.OpenAsync(cancellationToken);
        await using var destination = await address.OpenAsync(cancellationToken);
        await source.ShareAsync(cancellationToken);
        await destination.ShareAsync(cancellationToken);
        var snapshots = await filter.SelectAsync(source.Repository, ids, cancellationToken);
        await source.Repository.LoadIndexAsync(cancellationToken);
        await destination.Repository.LoadIndexAsync(cancellationToken);
        var plan = await CopyPlan.CreateAsync(source.Repository, destination.Repository, snapshots, cancellationToken);
        var written = dryRun ? [] : await destination.WhileLockedAsync(
            token => address.WithProgressAsync(progress => plan.ExecuteAsync(new Relay<CopyProgress>(progress, State), token)), cancellationToken);
        Print(address, plan, written, dryRun);
        return ExitCodes.Ok;
    }

    private static ProgressState State(CopyProgress progress) =>
        new("copying", $"{progress.Blobs} of {progress.TotalBlobs} blobs, {Quantities.Bytes(progress.Bytes)} of {Quantities.Bytes(progress.TotalBytes)}", progress.Bytes, progress.TotalBytes)
        {
            Bytes = progress.Bytes,
        };

    private static void Print(RepositoryAddress address, CopyPlan plan, IReadOnlyList<Snapshot> written, bool dryRun)
    {
        if (address.Json)
        {
            address.Terminal.Out.WriteLine(new JsonObject
            {
                ["message_type"] = "summary",
                ["dry_run"] = dryRun,
                ["snapshots"] = new JsonArray([.. plan.Snapshots.Select((snapshot, i) => (JsonNode)new JsonObject
                {
                    ["source"] = snapshot.Id.ToString(),
                    ["copy"] = dryRun ? null : written[i].Id.ToString(),
                })]),
                ["already_there"] = plan.AlreadyThere.Count,
                ["blobs"] = plan.Blobs,
                ["bytes"] = plan.Bytes,
                ["same_chunker"] = plan.SameChunker,
            }.ToJsonString());
            return;
        }

        foreach (var (snapshot, i) in plan.Snapshots.Select(static (snapshot, i) => (snapshot, i)))
        {
            var copy = dryRun ? "would be copied" : $"copied as {written[i].Id.ToShortString()}";
            address.Terminal.Out.WriteLine($"{snapshot.Id.ToShortString()} of {Quantities.Time(snapshot.Time)} on {snapshot.HostName}: {copy}");
        }

        if (!plan.SameChunker && plan.Blobs > 0)
        {
            address.Terminal.Error.WriteLine("hint: both repositories cut files at different places, so what is copied and what is backed up here directly is stored twice; 'init --copy-chunker-params' avoids that");
        }

        address.Terminal.Out.WriteLine($"{plan.Snapshots.Count} snapshots, {plan.Blobs} blobs, {Quantities.Bytes(plan.Bytes)}; {plan.AlreadyThere.Count} snapshots were there already");
    }
}
