using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace BackupServer.Repository.Crypto;

/// <summary>
/// Encrypts and authenticates: IV (16, random) || AES-256-CTR || Poly1305-AES tag (16) of the ciphertext. Any thread.
/// Nothing in it binds content to a name: ids do that.
/// </summary>
internal sealed class Sealer(MasterKey key) : IDisposable
{
    public const int IvSize = 16;
    public const int TagSize = 16;
    public const int Overhead = IvSize + TagSize;

    private readonly ConcurrentBag<SealContext> _contexts = [];

    public void Seal(ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        Span<byte> iv = stackalloc byte[IvSize];
        RandomNumberGenerator.Fill(iv);
        Seal(iv, plaintext, destination);
    }

    /// <summary>For test vectors: an IV must never be used twice.</summary>
    internal void Seal(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        var context = Rent();
        context.Seal(iv, plaintext, destination);
        _contexts.Add(context);
    }

    public byte[] Seal(ReadOnlySpan<byte> plaintext)
    {
        var sealedBytes = new byte[plaintext.Length + Overhead];
        Seal(plaintext, sealedBytes);

        return sealedBytes;
    }

    /// <summary>Decrypts to a destination of exactly the plaintext's length; false if the tag does not verify.</summary>
    public bool TryOpen(ReadOnlySpan<byte> sealedBytes, Span<byte> plaintext)
    {
        if (sealedBytes.Length < Overhead || sealedBytes[..IvSize].IndexOfAnyExcept((byte)0) < 0)
        {
            return false;
        }

        var context = Rent();
        var opened = context.TryOpen(sealedBytes, plaintext);
        _contexts.Add(context);

        return opened;
    }

    /// <summary>Decrypts; null if the tag does not verify.</summary>
    public byte[]? TryOpen(ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < Overhead)
        {
            return null;
        }

        var plaintext = GC.AllocateUninitializedArray<byte>(sealedBytes.Length - Overhead);
        return TryOpen(sealedBytes, plaintext) ? plaintext : null;
    }

    public void Dispose()
    {
        while (_contexts.TryTake(out var context))
        {
            context.Dispose();
        }
    }

    private SealContext Rent() => _contexts.TryTake(out var context) ? context : new SealContext(key);
}
