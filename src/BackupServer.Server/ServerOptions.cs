namespace BackupServer.Server;

/// <summary>Settings of the server, from its command line.</summary>
public sealed record ServerOptions
{
    /// <summary>Namespace of the server, its locations and the agents' work.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of this cluster, recorded as hostname of snapshots.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Name of this process among the servers of the cluster: the pod's name.</summary>
    public required string Identity { get; init; }

    /// <summary>Backups that run at the same time.</summary>
    public int ConcurrentBackups { get; init; } = 2;

    /// <summary>Restores that run at the same time.</summary>
    public int ConcurrentRestores { get; init; } = 2;

    /// <summary>Whether volumes are copied unless opted out, where a backup does not say. Null when nobody chose: then claims that no pod opts in count as missed.</summary>
    public bool? DefaultVolumesToFsBackup { get; init; }

    /// <summary>What an absent <c>skipImmediately</c> of a schedule means.</summary>
    public bool ScheduleSkipImmediately { get; init; }

    /// <summary>Image of the pods that hold a claim mounted while its data is written.</summary>
    public required string HolderImage { get; init; }

    /// <summary>Command of these pods.</summary>
    public IReadOnlyList<string> HolderCommand { get; init; } = ["sleep", "infinity"];

    /// <summary>Directory for objects on their way into a repository.</summary>
    public string SpoolDirectory { get; init; } = Path.GetTempPath();

    /// <summary>Directories with plugins; empty for those beside the program.</summary>
    public IReadOnlyList<string> PluginDirectories { get; init; } = [];

    /// <summary>Address of the health endpoints.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:8085";

    /// <summary>How long the other servers wait after the leader's last sign of life.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After so long without a renewal the leader stops; less than <see cref="LeaseDuration"/>.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause between two tries to become or to stay leader.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}
