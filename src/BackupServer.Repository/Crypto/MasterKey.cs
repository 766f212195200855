using System.Security.Cryptography;

namespace BackupServer.Repository.Crypto;

/// <summary>What seals and authenticates: an AES-256 key, and the two halves of Poly1305-AES. A password's key has the same shape.</summary>
internal sealed class MasterKey
{
    public const int Size = 64;

    private readonly byte[] _bytes;

    private MasterKey(byte[] bytes)
    {
        if (bytes.AsSpan(0, 32).IndexOfAnyExcept((byte)0) < 0
            || bytes.AsSpan(32, 16).IndexOfAnyExcept((byte)0) < 0
            || bytes.AsSpan(48, 16).IndexOfAnyExcept((byte)0) < 0)
        {
            throw new RepositoryException(RepositoryErrorKind.Damaged, "a key of zeros is refused: the key file is damaged");
        }

        _bytes = bytes;
    }

    public ReadOnlySpan<byte> Encryption => _bytes.AsSpan(0, 32);

    public ReadOnlySpan<byte> MacK => _bytes.AsSpan(32, 16);

    public ReadOnlySpan<byte> MacR => _bytes.AsSpan(48, 16);

    public static MasterKey Random() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>Takes encryption key, k and r, one after the other, as scrypt gives them.</summary>
    public static MasterKey From(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    public static MasterKey From(ReadOnlySpan<byte> encryption, ReadOnlySpan<byte> k, ReadOnlySpan<byte> r)
    {
        if (encryption.Length != 32 || k.Length != 16 || r.Length != 16)
        {
            throw new RepositoryException(RepositoryErrorKind.Damaged, "the master key has parts of wrong length: the key file is damaged");
        }

        return new([.. encryption, .. k, .. r]);
    }
}
