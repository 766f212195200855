namespace BackupServer.DevCluster.Cluster;

/// <summary>
/// A control loop of the cluster. Runs until cancelled; an exception that escapes is logged and the loop is started again after a pause,
/// so it must be able to start from what the store shows.
/// </summary>
internal interface IController
{
    /// <summary>Name, also used as field manager.</summary>
    string Name { get; }

    /// <summary>Works until <paramref name="ct"/> is cancelled.</summary>
    Task RunAsync(CancellationToken ct);
}
