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
        var host = new Option<string?>("--host", "-H") { Description = "only of this host", HelpName = "NAME" };
        var tags = ListOption.Create("--tag", "only with all of these tags", "TAG,…");
        var command = RepositoryVerb.Create("snapshots", "Lists snapshots.");
        command.Add(host);
        command.Add(tags);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
            RunAsync(address, parsed.GetValue(host), parsed.GetList(tags) ?? [], cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, string? host, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAsync(cancellationToken);
        var snapshots = (await opened.Repository.ListSnapshotsAsync(cancellationToken))
            .Where(snapshot => (host is null || snapshot.HostName == host) && !tags.Except(snapshot.Tags ?? []).Any())
            .ToList();
        if (address.Json)
        {
            await address.Terminal.Out.WriteLineAsync(new JsonArray([.. snapshots.Select(Node)]).ToJsonString());
            return ExitCodes.Ok;
        }

        var table = new TextTable("ID", "TIME", "HOST", "TAGS", "SIZE", "PATHS");
        foreach (var snapshot in snapshots)
        {
            table.Add(
                snapshot.Id.ToShortString(),
                Quantities.Time(snapshot.Time),
                snapshot.HostName ?? "",
                string.Join(',', snapshot.Tags ?? []),
                snapshot.Summary is { } summary ? Quantities.Bytes(summary.TotalBytesProcessed) : "",
                string.Join(' ', snapshot.Paths));
        }

        table.Write(address.Terminal.Out);
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
}
