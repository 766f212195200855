using System.Runtime.InteropServices;

namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>
/// The calls of libz.so.1 (Debian package zlib1g) for header blocks: .NET's own zlib streams know no preset dictionaries.
/// </summary>
internal static class ZlibCalls
{
    public const int Ok = 0;
    public const int StreamEnd = 1;
    public const int NeedDictionary = 2;
    public const int BufferError = -5;
    public const int SyncFlush = 2;

    /// <summary>zlib compares the first digit and the size, to refuse callers that were made for another layout.</summary>
    public const string Version = "1";

    private const string Library = "libz.so.1";

    private static readonly Lazy<bool> Available = new(() => NativeLibrary.TryLoad(Library, out _));

    /// <summary>The library is installed.</summary>
    public static bool IsAvailable => Available.Value;

    [DllImport(Library, EntryPoint = "inflateInit_", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int InflateInit(ref ZlibState state, string version, int size);

    [DllImport(Library, EntryPoint = "inflateSetDictionary")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int InflateSetDictionary(ref ZlibState state, byte[] dictionary, uint length);

    [DllImport(Library, EntryPoint = "inflate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Inflate(ref ZlibState state, int flush);

    [DllImport(Library, EntryPoint = "inflateEnd")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int InflateEnd(ref ZlibState state);

    [DllImport(Library, EntryPoint = "deflateInit_", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int DeflateInit(ref ZlibState state, int level, string version, int size);

    [DllImport(Library, EntryPoint = "deflateSetDictionary")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int DeflateSetDictionary(ref ZlibState state, byte[] dictionary, uint length);

    [DllImport(Library, EntryPoint = "deflate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Deflate(ref ZlibState state, int flush);

    [DllImport(Library, EntryPoint = "deflateEnd")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int DeflateEnd(ref ZlibState state);
}
