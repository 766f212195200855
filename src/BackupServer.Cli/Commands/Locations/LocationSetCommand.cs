using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.Cli.Commands.Locations;

/// <summary><c>location set</c>: changes fields of a location.</summary>
internal static class LocationSetCommand
{
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "name of the location" };
        var options = new LocationSpecOptions();
        var command = new VerbCommand("set", "Changes fields of a location; what is not named stays.", ExitCodes.NotFound) { name };
        options.AddTo(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
            RunAsync(cluster, parsed.GetValue(name)!, options.Read(parsed), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Cluster cluster, string name, BackupStorageLocationSpec changes, CancellationToken cancellationToken)
    {
        var spec = (JsonObject)JsonSerializer.SerializeToNode(changes, KubernetesJson.Options)!;
        RemoveEmpty(spec);
        if (spec.Count == 0)
        {
            throw CommandException.Usage("say what to change");
        }

        _ = await ObjectKind<BackupStorageLocation>.RequireAsync(cluster, name, cancellationToken);
        _ = await cluster.Client.PatchAsync<BackupStorageLocation>(
            cluster.Namespace, name, Patch.Merge(new JsonObject { ["spec"] = spec }), cancellationToken: cancellationToken);
        await cluster.Terminal.Out.WriteLineAsync($"{ObjectKind<BackupStorageLocation>.Named(name)} changed");
        return ExitCodes.Ok;
    }

    /// <summary>Required members are empty where nothing was said; a patch must not carry them.</summary>
    private static void RemoveEmpty(JsonObject node)
    {
        foreach (var (key, value) in node.ToList())
        {
            if (value is JsonObject members)
            {
                RemoveEmpty(members);
            }

            if (value is JsonObject { Count: 0 } || (value is JsonValue text && text.TryGetValue<string>(out var word) && word.Length == 0))
            {
                node.Remove(key);
            }
        }
    }
}
