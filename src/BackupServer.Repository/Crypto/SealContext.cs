using System.Security.Cryptography;
using BackupServer.Repository.Interop;

namespace BackupServer.Repository.Crypto;

/// <summary>The ciphers of one key, ready to work. Not for concurrent use.</summary>
internal sealed class SealContext(MasterKey key) : IDisposable
{
    private readonly CipherContext _counter = CipherContext.Create(LibCrypto.Aes256Ctr(), key.Encryption);
    private readonly CipherContext _block = CipherContext.Create(LibCrypto.Aes128Ecb(), key.MacK);
    private readonly MacContext _mac = MacContext.Create();
    private readonly MasterKey _key = key;

    public void Seal(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        var ciphertext = destination.Slice(Sealer.IvSize, plaintext.Length);
        iv.CopyTo(destination);
        _counter.Restart(iv);
        _counter.Transform(plaintext, ciphertext);
        Tag(iv, ciphertext, destination.Slice(Sealer.IvSize + plaintext.Length, Sealer.TagSize));
    }

    public bool TryOpen(ReadOnlySpan<byte> sealedBytes, Span<byte> plaintext)
    {
        var iv = sealedBytes[..Sealer.IvSize];
        var ciphertext = sealedBytes[Sealer.IvSize..^Sealer.TagSize];
        Span<byte> tag = stackalloc byte[Sealer.TagSize];
        Tag(iv, ciphertext, tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, sealedBytes[^Sealer.TagSize..]))
        {
            return false;
        }

        _counter.Restart(iv);
        _counter.Transform(ciphertext, plaintext);
        return true;
    }

    public void Dispose()
    {
        _counter.Dispose();
        _block.Dispose();
        _mac.Dispose();
    }

    private void Tag(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ciphertext, Span<byte> tag)
    {
        Span<byte> oneTimeKey = stackalloc byte[32];
        _key.MacR.CopyTo(oneTimeKey);
        _block.Transform(iv, oneTimeKey[16..]);
        _mac.Compute(oneTimeKey, ciphertext, tag);
    }
}
