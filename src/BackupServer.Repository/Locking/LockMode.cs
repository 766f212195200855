namespace BackupServer.Repository.Locking;

/// <summary>What a lock keeps others from.</summary>
public enum LockMode
{
    /// <summary>For reading and adding: any number at once, but no exclusive one.</summary>
    Shared,

    /// <summary>For removing and checking: alone.</summary>
    Exclusive,
}
