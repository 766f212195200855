namespace BackupServer.Abstractions.Resources.BackupRepositories;

/// <summary>Whether a repository can be used.</summary>
public enum BackupRepositoryPhase
{
    /// <summary>Not there yet.</summary>
    New,

    /// <summary>Can be used.</summary>
    Ready,

    /// <summary>Can not; the message says why.</summary>
    NotReady,
}
