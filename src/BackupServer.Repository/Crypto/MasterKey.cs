using System.Security.Cryptography;

namespace BackupServer.Repository.Crypto;

/// <summary>
/// What seals and authenticates: an AES-256 key, and the two halves of Poly1305-AES. A password's key has the same shape. It stays at one place of the memory, which is
/// cleared when its owner disposes it.
/// </summary>
internal sealed class MasterKey : IDisposable
{
    public const int Size = 64;

    private readonly byte[] _bytes;
    private volatile bool _disposed;

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

    public ReadOnlySpan<byte> Encryption => Bytes[..32];

    public ReadOnlySpan<byte> MacK => Bytes[32..48];

    public ReadOnlySpan<byte> MacR => Bytes[48..];

    private ReadOnlySpan<byte> Bytes
    {
        get
        {
            // What is left after disposal would seal with a key that everybody knows.
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    public static MasterKey Random()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        var key = From(bytes);
        CryptographicOperations.ZeroMemory(bytes);

        return key;
    }

    /// <summary>Takes encryption key, k and r, one after the other, as scrypt gives them.</summary>
    public static MasterKey From(ReadOnlySpan<byte> bytes)
    {
        // Pinned, because the collector leaves copies of what it moves.
        var pinned = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
        bytes.CopyTo(pinned);
        return new(pinned);
    }

    public static MasterKey From(ReadOnlySpan<byte> encryption, ReadOnlySpan<byte> k, ReadOnlySpan<byte> r)
    {
        if (encryption.Length != 32 || k.Length != 16 || r.Length != 16)
        {
            throw new RepositoryException(RepositoryErrorKind.Damaged, "the master key has parts of wrong length: the key file is damaged");
        }

        Span<byte> bytes = stackalloc byte[Size];
        encryption.CopyTo(bytes);
        k.CopyTo(bytes[32..]);
        r.CopyTo(bytes[48..]);
        var key = From(bytes);
        CryptographicOperations.ZeroMemory(bytes);

        return key;
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }
}
