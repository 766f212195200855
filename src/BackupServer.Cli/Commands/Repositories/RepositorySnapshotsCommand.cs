using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository snapshots</c>: what was backed up, oldest first.</summary>
internal static class RepositorySnapshotsCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var ids = SnapshotFilterOptions.Ids();
        var filter = new SnapshotFilterOptions();
        var latest = new Option<int?>("--latest") { Description = "only the newest N of each host and paths", HelpName = "N" };
        var grouping = GroupingOption.Create("print groups of what is alike in these");
        var compact = new Option<bool>("--compact", "-c") { Description = "without paths and size" };
        var command = RepositoryVerb.Create("snapshots", "Lists snapshots.", ExitCodes.NotFound)
            .WithExamples("snapshots", "snapshots --latest 1 --group-by host", "snapshots --host web --tag nightly --json");
        command.Add(ids);
        filter.AddTo(command);
        command.Add(latest);
        command.Add(grouping);
        command.Add(compact);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) => parsed.GetValue(latest) is < 1
            ? throw CommandException.Usage("--latest must be a number above 0")
            : RunAsync(address, parsed.GetValue(ids) ?? [], filter.Read(parsed), parsed.GetValue(latest), parsed.GetValue(grouping) ?? SnapshotGrouping.None, parsed.GetValue(compact), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        RepositoryAddress address, IReadOnlyList<string> ids, SnapshotFilter filter, int? latest, SnapshotGrouping grouping, bool compact, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAsync(cancellationToken);
        var snapshots = await filter.SelectAsync(opened.Repository, ids, cancellationToken);
        if (latest is { } count)
        {
            var newest = snapshots.GroupBy(static snapshot => (SnapshotGrouping.Host | SnapshotGrouping.Paths).KeyOf(snapshot)).SelectMany(group => group.TakeLast(count)).ToHashSet();
            snapshots = [.. snapshots.Where(newest.Contains)];
        }

        var groups = snapshots.GroupBy(snapshot => grouping.KeyOf(snapshot)).Select(static group => group.ToList()).ToList();
        if (address.Json)
        {
            var answer = grouping == SnapshotGrouping.None ? Array(snapshots) : new JsonArray([.. groups.Select(group => Group(group, grouping))]);
            await address.Terminal.Out.WriteLineAsync(answer.ToJsonString());
            return ExitCodes.Ok;
        }

        foreach (var group in grouping == SnapshotGrouping.None ? [snapshots] : groups.AsEnumerable<IReadOnlyList<Snapshot>>())
        {
            Print(address.Terminal.Out, group, grouping, compact);
        }

        return ExitCodes.Ok;
    }

    /// <summary>A snapshot as its file says it, and its name.</summary>
    public static JsonObject Node(Snapshot snapshot)
    {
        var node = JsonText.Node(snapshot);
        node["id"] = snapshot.Id.ToString();
        node["short_id"] = snapshot.Id.ToShortString();
        return node;
    }

    private static JsonArray Array(IEnumerable<Snapshot> snapshots) => new([.. snapshots.Select(Node)]);

    private static JsonObject Group(List<Snapshot> group, SnapshotGrouping grouping) => new()
    {
        ["group_key"] = JsonText.Node(new
        {
            hostname = grouping.HasFlag(SnapshotGrouping.Host) ? group[0].HostName : "",
            paths = grouping.HasFlag(SnapshotGrouping.Paths) ? group[0].Paths : null,
            tags = grouping.HasFlag(SnapshotGrouping.Tags) ? group[0].Tags ?? [] : null,
        }),
        ["snapshots"] = Array(group),
    };

    private static void Print(TextWriter output, IReadOnlyList<Snapshot> group, SnapshotGrouping grouping, bool compact)
    {
        if (grouping != SnapshotGrouping.None)
        {
            var words = new List<string>();
            words.AddRange(grouping.HasFlag(SnapshotGrouping.Host) ? [$"host {group[0].HostName}"] : []);
            words.AddRange(grouping.HasFlag(SnapshotGrouping.Paths) ? [$"paths {string.Join(' ', group[0].Paths)}"] : []);
            words.AddRange(grouping.HasFlag(SnapshotGrouping.Tags) ? [$"tags {string.Join(',', group[0].Tags ?? [])}"] : []);
            output.WriteLine($"{string.Join(", ", words)}:");
        }

        var table = compact ? new TextTable("ID", "TIME", "HOST", "TAGS") : new TextTable("ID", "TIME", "HOST", "TAGS", "SIZE", "PATHS");
        foreach (var snapshot in group)
        {
            string[] cells = [snapshot.Id.ToShortString(), Quantities.Time(snapshot.Time), snapshot.HostName ?? "", string.Join(',', snapshot.Tags ?? [])];
            table.Add(compact ? cells : [.. cells, snapshot.Summary is { } summary ? Quantities.Bytes(summary.TotalBytesProcessed) : "", string.Join(' ', snapshot.Paths)]);
        }

        table.Write(output);
    }
}
