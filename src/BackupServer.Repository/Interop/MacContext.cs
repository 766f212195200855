using System.Runtime.InteropServices;

namespace BackupServer.Repository.Interop;

/// <summary>State of one Poly1305 computation. Not for concurrent use.</summary>
internal sealed class MacContext : SafeHandle
{
    private static readonly Lazy<nint> Poly1305 = new(() => LibCrypto.FetchMac(0, "POLY1305", null));

    private MacContext(nint context)
        : base(0, ownsHandle: true) => SetHandle(context);

    public override bool IsInvalid => handle == 0;

    public static MacContext Create()
    {
        var context = new MacContext(LibCrypto.NewMacContext(Poly1305.Value));
        Ensure(context.IsInvalid ? 0 : 1);

        return context;
    }

    /// <summary>The 16 byte tag of a message under a one-time key of 32 bytes.</summary>
    public void Compute(ReadOnlySpan<byte> oneTimeKey, ReadOnlySpan<byte> message, Span<byte> tag)
    {
        Ensure(LibCrypto.InitMac(this, oneTimeKey, (nuint)oneTimeKey.Length, 0));
        Ensure(LibCrypto.UpdateMac(this, message, (nuint)message.Length));
        Ensure(LibCrypto.FinishMac(this, tag, out _, (nuint)tag.Length));
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeMacContext(handle);
        return true;
    }

    private static void Ensure(int result)
    {
        if (result != 1)
        {
            throw new InvalidOperationException("libcrypto refused a Poly1305 operation");
        }
    }
}
