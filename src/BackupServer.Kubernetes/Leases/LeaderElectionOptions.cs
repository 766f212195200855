namespace BackupServer.Kubernetes.Leases;

/// <summary>How one of several programs is elected.</summary>
public sealed record LeaderElectionOptions
{
    /// <summary>Namespace of the Lease.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the Lease.</summary>
    public required string Name { get; init; }

    /// <summary>Who this process is; no two may have the same, so take the pod's name or host and process with something random.</summary>
    public required string Identity { get; init; }

    /// <summary>How long the others wait after the leader's last sign of life. Default 15 s.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After so long without a renewal the leader stops. Less than <see cref="LeaseDuration"/>; the rest is for stopping. Default 10 s.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause between two tries to become or to stay leader. Default 2 s.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}
