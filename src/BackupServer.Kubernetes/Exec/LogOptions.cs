namespace BackupServer.Kubernetes.Exec;

/// <summary>Which part of a container's log to read.</summary>
public sealed record LogOptions
{
    /// <summary>Container; null when the pod has only one.</summary>
    public string? Container { get; init; }

    /// <summary>Stay and read what is still to come.</summary>
    public bool Follow { get; init; }

    /// <summary>The log of the container's previous run.</summary>
    public bool Previous { get; init; }

    /// <summary>Only so many last lines.</summary>
    public int? TailLines { get; init; }

    /// <summary>Only lines younger than this.</summary>
    public TimeSpan? Since { get; init; }

    /// <summary>Put the time before each line.</summary>
    public bool Timestamps { get; init; }
}
