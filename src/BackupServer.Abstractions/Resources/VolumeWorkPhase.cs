namespace BackupServer.Abstractions.Resources;

/// <summary>Where a work unit of an agent stands.</summary>
public enum VolumeWorkPhase
{
    /// <summary>No agent has seen it.</summary>
    New,

    /// <summary>An agent works on it.</summary>
    InProgress,

    /// <summary>Done.</summary>
    Completed,

    /// <summary>Could not be done; the message says why.</summary>
    Failed,

    /// <summary>Stopped on request.</summary>
    Canceled,
}
