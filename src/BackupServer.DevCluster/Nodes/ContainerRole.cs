namespace BackupServer.DevCluster.Nodes;

/// <summary>What a container is in its Pod.</summary>
internal enum ContainerRole
{
    /// <summary>Runs to its end before the next.</summary>
    Init,

    /// <summary>An init container with restartPolicy Always: started in its turn, kept beside the others.</summary>
    Sidecar,

    /// <summary>An ordinary container.</summary>
    Main,

    /// <summary>Added to a running Pod for debugging; never restarted.</summary>
    Ephemeral,
}
