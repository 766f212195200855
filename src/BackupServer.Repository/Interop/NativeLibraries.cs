using System.Runtime.InteropServices;

namespace BackupServer.Repository.Interop;

/// <summary>Names a missing native library with the package that has it, before the first call would fail without a word of help.</summary>
internal static class NativeLibraries
{
    public const string Crypto = "libcrypto.so.3";
    public const string Zstd = "libzstd.so.1";

    private static readonly Lazy<bool> Present = new(Check);

    public static void Require() => _ = Present.Value;

    /// <summary>Fails unless the library loads.</summary>
    public static void Require(string library, string debianPackage)
    {
        if (!NativeLibrary.TryLoad(library, typeof(NativeLibraries).Assembly, null, out _))
        {
            throw new RepositoryException(
                RepositoryErrorKind.MissingLibrary,
                $"the native library {library} cannot be loaded; install it (Debian, Ubuntu: apt install {debianPackage}) and start again");
        }
    }

    private static bool Check()
    {
        Require(Crypto, "libssl3");
        Require(Zstd, "libzstd1");

        return true;
    }
}
