using System.Runtime.InteropServices;

namespace BackupServer.Repository.Interop;

/// <summary>OpenSSL 3: what the base class library lacks (counter mode, Poly1305).</summary>
internal static partial class LibCrypto
{
    private const string Library = NativeLibraries.Crypto;

    [LibraryImport(Library, EntryPoint = "EVP_aes_256_ctr")]
    public static partial nint Aes256Ctr();

    [LibraryImport(Library, EntryPoint = "EVP_aes_128_ecb")]
    public static partial nint Aes128Ecb();

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_new")]
    public static partial nint NewCipherContext();

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_free")]
    public static partial void FreeCipherContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_EncryptInit_ex")]
    public static partial int InitEncryption(CipherContext context, nint cipher, nint engine, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv);

    [LibraryImport(Library, EntryPoint = "EVP_EncryptUpdate")]
    public static partial int Encrypt(
        CipherContext context, Span<byte> destination, out int written, ReadOnlySpan<byte> source, int sourceLength);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_fetch", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint FetchMac(nint libraryContext, string algorithm, string? properties);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_CTX_new")]
    public static partial nint NewMacContext(nint mac);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_CTX_free")]
    public static partial void FreeMacContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_init")]
    public static partial int InitMac(MacContext context, ReadOnlySpan<byte> key, nuint keyLength, nint parameters);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_update")]
    public static partial int UpdateMac(MacContext context, ReadOnlySpan<byte> data, nuint dataLength);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_final")]
    public static partial int FinishMac(MacContext context, Span<byte> tag, out nuint written, nuint tagSize);
}
