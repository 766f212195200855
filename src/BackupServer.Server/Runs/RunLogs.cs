using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Kubernetes.Errors;
using BackupServer.Repository;
using BackupServer.Repository.ObjectStores;
using BackupServer.Server.Clusters;
using BackupServer.Server.Locations;
using BackupServer.Server.Volumes;

namespace BackupServer.Server.Runs;

/// <summary>Opens the repository of logs in a location for those who have one to keep.</summary>
internal sealed partial class RunLogs(ServerOptions options, ClusterIdentity cluster, LocationAccess locations, BackupRepositories repositories, TimeProvider time, ILogger<RunLogs> logger)
{
    /// <summary>Nobody waits longer for the end of a run because its log is hard to keep: who cancels is promised a quick end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Keeps a log. A run is not worse for a log that cannot be kept: that is said where the server's log is. A read-only location takes none.</summary>
    /// <param name="location">Where the run's backup is, or was to be.</param>
    /// <param name="of">The run, for messages: <c>restore r1</c>.</param>
    /// <param name="keep">Stores it.</param>
    /// <param name="cancellationToken">Prevents it.</param>
    public async Task KeepAsync(BackupStorageLocation location, string of, Func<RunLog, CancellationToken, Task> keep, CancellationToken cancellationToken)
    {
        if (location.Spec.AccessMode == AccessMode.ReadOnly)
        {
            return;
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            _ = await repositories.EnsureAsync(location.Metadata.Name, LocationLayout.Restores, either.Token);
            await using var open = await locations.OpenForRunAsync(location, LocationLayout.Restores, either.Token);
            await open.Repository.LoadIndexAsync(either.Token);
            await keep(new RunLog(open.Repository, options.ClusterName, await cluster.UidAsync(either.Token)), either.Token);
        }
        catch (Exception e) when (e is LocationException or RepositoryException or ObjectStoreException or IOException or KubernetesException)
        {
            LogNotKept(logger, of, location.Metadata.Name, e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotKept(logger, of, location.Metadata.Name, $"it took more than {Patience.TotalSeconds:0} s");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of {Of} could not be kept in location {Location}; its status has the messages: {Error}")]
    private static partial void LogNotKept(ILogger logger, string of, string location, string error);
}
