using System.Security.Cryptography;
using BackupServer.Repository.Interop;
using BackupServer.Repository.Keys;

namespace BackupServer.Repository.Crypto;

/// <summary>
/// The key derivation of RFC 7914, with a quarter of the memory that it is known for: of the table's entries every fourth is kept, and the others are made again when they are asked for. Four words
/// of a block are worked on at once, so that it still takes no longer than libcrypto's, which works on one.
/// </summary>
internal static class Scrypt
{
    /// <summary>Fills the key.</summary>
    /// <param name="password">The password.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="cost">N, a power of two above 1, r and p, which the caller has found acceptable.</param>
    /// <param name="key">Receives the key.</param>
    public static void Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ScryptParameters cost, Span<byte> key)
    {
        var laneLength = 128 * cost.R;
        var lanes = GC.AllocateUninitializedArray<byte>(cost.P * laneLength, pinned: true);
        Rfc2898DeriveBytes.Pbkdf2(password, salt, lanes, 1, HashAlgorithmName.SHA256);
        try
        {
            ScryptMemory.Mix(lanes, cost.N, cost.R);
            Rfc2898DeriveBytes.Pbkdf2(password, lanes, key, 1, HashAlgorithmName.SHA256);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(lanes);
        }
    }
}
