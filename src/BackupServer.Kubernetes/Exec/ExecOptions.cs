namespace BackupServer.Kubernetes.Exec;

/// <summary>A command to run in a container.</summary>
public sealed record ExecOptions
{
    /// <summary>Namespace of the pod.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the pod.</summary>
    public required string Pod { get; init; }

    /// <summary>Container; null for the pod's default.</summary>
    public string? Container { get; init; }

    /// <summary>Program and arguments; no shell is involved.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>
    /// Read to its end and sent; null for none. Its end reaches the command only from Kubernetes 1.29 on (protocol v5); with an older server a
    /// command that reads to the end never ends, so set a timeout.
    /// </summary>
    public Stream? Stdin { get; init; }

    /// <summary>Takes standard output; null drops it.</summary>
    public Stream? Stdout { get; init; }

    /// <summary>Takes standard error; null drops it.</summary>
    public Stream? Stderr { get; init; }

    /// <summary>Longest run; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }
}
