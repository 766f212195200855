using System.CommandLine;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Cli.Locations;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;
using BackupServer.Repository;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Cli.Commands.Locations;

/// <summary><c>location validate</c>: tries a location from here, and tells what the server says of it.</summary>
internal static class LocationValidateCommand
{
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "name of the location" };
        var command = new VerbCommand("validate", "Opens a location from this machine, and tells what the server says of it.", ExitCodes.NotFound, ExitCodes.WrongPassword) { name };
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(cluster, parsed.GetValue(name)!, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Cluster cluster, string name, CancellationToken cancellationToken)
    {
        var location = await ObjectKind<BackupStorageLocation>.RequireAsync(cluster, name, cancellationToken);
        using var plugins = await Plugins.LoadAsync(cluster.Terminal, cluster.Time, cancellationToken);
        var opener = new LocationOpener(cluster, plugins);
        await using var store = await opener.OpenStoreAsync(location, cancellationToken);
        await cluster.Terminal.Out.WriteLineAsync($"store: opened with {location.Spec.Provider}");
        await cluster.Terminal.Out.WriteLineAsync($"repository: {await RepositoryAsync(location, opener, store, cluster.Time, cancellationToken)}");
        var status = location.Status;
        await cluster.Terminal.Out.WriteLineAsync($"server: {status?.Phase.ToString() ?? "has not looked at it yet"}{(status?.Message is { } message ? $", {message}" : "")}");
        return status?.Phase == BackupStorageLocationPhase.Unavailable ? ExitCodes.Error : ExitCodes.Ok;
    }

    private static async Task<string> RepositoryAsync(
        BackupStorageLocation location, LocationOpener opener, IObjectStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var backend = new ObjectStoreBackend(store, LocationLayout.Manifests, $"location {location.Metadata.Name}");
        if (location.Status?.RepositoryId is null && await opener.FindPasswordAsync(location, cancellationToken) is null)
        {
            return "none yet; the server makes it";
        }

        var password = await opener.PasswordAsync(location, cancellationToken);
        await using var repository = await Repository.Repository.OpenAsync(backend, password, new RepositoryOptions(), time, cancellationToken);
        var snapshots = await repository.ListSnapshotIdsAsync(cancellationToken);
        return $"{repository.Id} opens with its password; {snapshots.Count} backups";
    }
}
