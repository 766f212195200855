using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Repository.Rewriting;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary>Prints a plan that changes snapshots, and what came of it: for <c>rewrite</c> and <c>repair snapshots</c>.</summary>
internal static class RewriteReport
{
    /// <summary>Prints; <paramref name="written"/> is null when nothing was done.</summary>
    public static void Print(RepositoryAddress address, RewritePlan plan, IReadOnlyList<Snapshot?>? written, bool forget)
    {
        if (address.Json)
        {
            var node = new JsonObject
            {
                ["message_type"] = "summary",
                ["dry_run"] = written is null,
                ["snapshots"] = new JsonArray([.. plan.Snapshots.Select((snapshot, i) => Node(snapshot, written?[i]))]),
                ["unchanged"] = plan.Unchanged,
            };
            address.Terminal.Out.WriteLine(node.ToJsonString());
            return;
        }

        foreach (var (snapshot, i) in plan.Snapshots.Select(static (snapshot, i) => (snapshot, i)))
        {
            address.Terminal.Out.WriteLine($"snapshot {snapshot.Before.Id.ToShortString()} of {Quantities.Time(snapshot.Before.Time)} on {snapshot.Before.HostName}: {Outcome(snapshot, written, i, forget)}");
            foreach (var (path, change) in snapshot.Changes)
            {
                address.Terminal.Out.WriteLine($"  {path}: {change}");
            }

            if (snapshot.DroppedFiles + snapshot.DroppedBytes > 0)
            {
                address.Terminal.Out.WriteLine($"  {snapshot.DroppedFiles} files, {Quantities.Bytes(snapshot.DroppedBytes)} less");
            }
        }

        address.Terminal.Out.WriteLine($"{plan.Snapshots.Count} snapshots {(written is null ? "would change" : "changed")}, {plan.Unchanged} stay as they are");
    }

    private static string Outcome(RewrittenSnapshot snapshot, IReadOnlyList<Snapshot?>? written, int i, bool forget) => snapshot.After switch
    {
        null when !forget => "nothing of it can be saved; --forget removes it",
        null => written is null ? "nothing of it can be saved; would be removed" : "nothing of it could be saved; removed",
        _ when written is null => "would be rewritten",
        _ => $"is now {written[i]!.Id.ToShortString()}",
    };

    private static JsonObject Node(RewrittenSnapshot snapshot, Snapshot? successor) => new()
    {
        ["old_snapshot_id"] = snapshot.Before.Id.ToString(),
        ["new_snapshot_id"] = successor?.Id.ToString(),
        ["is_lost"] = snapshot.After is null,
        ["change_count"] = snapshot.ChangeCount,
        ["changes"] = new JsonArray([.. snapshot.Changes.Select(static change => new JsonObject { ["path"] = change.Path, ["change"] = change.Change })]),
        ["dropped_files"] = snapshot.DroppedFiles,
        ["dropped_bytes"] = snapshot.DroppedBytes,
    };
}
