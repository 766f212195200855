namespace BackupServer.Repository.Locking;

/// <summary>A lock that is in a repository.</summary>
/// <param name="Id">Name of its file in <c>locks/</c>.</param>
/// <param name="Time">When it was written; a living owner writes it anew every five minutes.</param>
/// <param name="Mode">Shared or exclusive.</param>
/// <param name="HostName">Its owner's host; ours is <see cref="RepositoryOptions.HostName"/>.</param>
/// <param name="UserName">Its owner's user.</param>
/// <param name="Pid">Its owner's process.</param>
public sealed record LockInfo(ObjectId Id, DateTimeOffset Time, LockMode Mode, string HostName, string UserName, int Pid)
{
    /// <summary>Who and since when, for messages.</summary>
    public override string ToString() =>
        $"{(Mode == LockMode.Exclusive ? "exclusive" : "shared")} lock {Id.ToShortString()} of {UserName}@{HostName} (pid {Pid}), "
            + $"last refreshed {Rfc3339.Format(Time)}";
}
