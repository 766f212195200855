using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using BackupServer.Repository.Keys;

namespace BackupServer.Repository.Crypto;

/// <summary>Turns a password into the key that wraps a master key.</summary>
internal static class PasswordKey
{
    public const int SaltSize = 64;

    /// <summary>Memory that a key file may make us use; the calibration of stock restic stays below 60 MiB.</summary>
    private const ulong MaximumMemory = 272UL << 20;

    /// <summary>Work (N·r·p) that a key file may make us do: some twenty times the default, a few seconds.</summary>
    private const ulong MaximumWork = 1UL << 24;

    public static MasterKey Derive(string password, ReadOnlySpan<byte> salt, ScryptParameters cost)
    {
        var work = (UInt128)(uint)cost.N * (uint)cost.R * (uint)cost.P;
        var memory = (UInt128)128 * (uint)cost.R * ((uint)cost.N + (UInt128)(uint)cost.P);
        if (cost.N <= 1 || !BitOperations.IsPow2(cost.N) || cost.R <= 0 || cost.P <= 0 || work > MaximumWork || memory > MaximumMemory)
        {
            throw Refused(cost);
        }

        var secret = Encoding.UTF8.GetBytes(password);
        Span<byte> key = stackalloc byte[MasterKey.Size];
        try
        {
            Scrypt.Derive(secret, salt, cost, key);
            return MasterKey.From(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static RepositoryException Refused(ScryptParameters cost) => new(
        RepositoryErrorKind.Unsupported,
        $"its scrypt parameters N={cost.N} r={cost.R} p={cost.P} are not valid, or need more than {MaximumMemory >> 20} MiB or {MaximumWork} rounds");
}
