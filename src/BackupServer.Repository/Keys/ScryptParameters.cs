namespace BackupServer.Repository.Keys;

/// <summary>Cost of turning a password into a key (RFC 7914). Every reader accepts every valid set.</summary>
/// <param name="N">Memory and time cost, a power of two.</param>
/// <param name="R">Block size.</param>
/// <param name="P">Parallelisation.</param>
public sealed record ScryptParameters(int N, int R, int P)
{
    /// <summary>What stock restic chooses on a common machine: for passwords that people invent.</summary>
    public static ScryptParameters Default { get; } = new(32768, 8, 3);

    /// <summary>For machine-made passwords of 256 random bits, which no cost makes harder to guess.</summary>
    public static ScryptParameters MachineSecret { get; } = new(1024, 8, 1);
}
