namespace BackupServer.Kubernetes.Authentication;

/// <summary>Whether a credential plugin may talk to the user on standard input.</summary>
internal enum ExecInteractiveMode
{
    /// <summary>It never reads standard input.</summary>
    Never,

    /// <summary>It reads standard input when that is a terminal.</summary>
    IfAvailable,

    /// <summary>It cannot work without a terminal.</summary>
    Always,
}
