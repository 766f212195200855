namespace BackupServer.Kubernetes.Reconciling;

/// <summary>What a reconciler wants next.</summary>
/// <param name="RequeueAfter">Look at the key again after this time, if nothing happens before; null to wait for the next change.</param>
public readonly record struct ReconcileResult(TimeSpan? RequeueAfter)
{
    /// <summary>Nothing to do until something changes.</summary>
    public static ReconcileResult Done => new(null);

    /// <summary>Look again after a while.</summary>
    public static ReconcileResult After(TimeSpan delay) => new(delay);
}
