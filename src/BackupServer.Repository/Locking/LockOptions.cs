namespace BackupServer.Repository.Locking;

/// <summary>How to take and keep a lock. The defaults are the format's times.</summary>
public sealed record LockOptions
{
    /// <summary>
    /// Tells whether the owner of a lock is known to be dead, for example because its pod is gone. Such locks are removed at once. Processes
    /// of this host are looked at without being asked for.
    /// </summary>
    public Func<LockInfo, bool> IsOwnerDead { get; init; } = static _ => false;

    /// <summary>How long to wait for others to finish. Default: not at all.</summary>
    public TimeSpan WaitFor { get; init; }

    /// <summary>Time between two attempts while waiting.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time between writing a lock and looking whether another was written meanwhile.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Reading that uses the settle time. It is started when the lock is written, so that who removes something either sees the lock or was seen before; where that took so long that a
    /// remover could have come and gone meanwhile, it is started when the lock is taken. What it did counts only if the lock is taken.
    /// </summary>
    public Func<CancellationToken, Task> WhileSettling { get; init; } = static _ => Task.CompletedTask;

    /// <summary>How often a held lock is written anew.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Age after which <c>unlock</c> takes a lock for left behind.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Time without a successful refresh after which a held lock counts as lost: well before others take it for stale.</summary>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromMinutes(22.5);

    /// <summary>Pauses before a lock file that is not readable is read again: its writer may not be done.</summary>
    public IReadOnlyList<TimeSpan> UnreadableRetries { get; init; } =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)];
}
