using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Backups;

/// <summary><c>backup logs</c>: the log of the run, from the location.</summary>
internal static class BackupLogsCommand
{
    public static Command Create(CommandContext context)
    {
        var contents = new ContentsOptions();
        var json = new Option<bool>("--json") { Description = "as it is stored: one JSON object a line" };
        var command = new VerbCommand("logs", "Prints the log of a backup, read from its location.", ExitCodes.NotFound, ExitCodes.WrongPassword) { json };
        contents.AddTo(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
            RunAsync(cluster, contents.Name(parsed), contents.ServerNamespace(parsed), parsed.GetValue(json), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Cluster cluster, string name, string? serverNamespace, bool json, CancellationToken cancellationToken)
    {
        await using var backup = await BackupContents.OpenAsync(cluster, name, serverNamespace, cancellationToken);
        using var log = new StreamReader(await backup.OpenLogAsync(cancellationToken));
        while (await log.ReadLineAsync(cancellationToken) is { } line)
        {
            await cluster.Terminal.Out.WriteLineAsync(json ? line : Readable(line));
        }

        return ExitCodes.Ok;
    }

    private static string Readable(string line)
    {
        var entry = JsonNode.Parse(line)!;
        var about = (string?)entry["about"] is { Length: > 0 } subject ? subject + ": " : "";
        return $"{(string?)entry["time"]} {((string?)entry["level"] ?? "").ToUpperInvariant(),-11} {about}{(string?)entry["text"]}";
    }
}
