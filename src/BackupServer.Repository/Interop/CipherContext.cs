using System.Runtime.InteropServices;

namespace BackupServer.Repository.Interop;

/// <summary>State of one cipher with its key. Not for concurrent use.</summary>
internal sealed class CipherContext : SafeHandle
{
    private CipherContext(nint context)
        : base(0, ownsHandle: true) => SetHandle(context);

    public override bool IsInvalid => handle == 0;

    public static CipherContext Create(nint cipher, ReadOnlySpan<byte> key)
    {
        var context = new CipherContext(LibCrypto.NewCipherContext());
        Ensure(context.IsInvalid ? 0 : LibCrypto.InitEncryption(context, cipher, 0, key, default));

        return context;
    }

    /// <summary>Starts a message. Null pointers keep the cipher and the key.</summary>
    public void Restart(ReadOnlySpan<byte> iv) => Ensure(LibCrypto.InitEncryption(this, 0, 0, default, iv));

    public void Transform(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.IsEmpty)
        {
            return;
        }

        Ensure(LibCrypto.Encrypt(this, destination, out var written, source, source.Length));
        Ensure(written == source.Length ? 1 : 0);
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeCipherContext(handle);
        return true;
    }

    private static void Ensure(int result)
    {
        if (result != 1)
        {
            throw new InvalidOperationException("libcrypto refused an AES operation");
        }
    }
}
