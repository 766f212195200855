using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using BackupServer.Repository.Interop;

namespace BackupServer.Repository.Compression;

/// <summary>Zstandard frames. Any thread; contexts are kept for the next caller.</summary>
internal static class Zstd
{
    private static readonly ConcurrentBag<ZstdCompressionContext> Compressors = [];
    private static readonly ConcurrentBag<ZstdDecompressionContext> Decompressors = [];

    /// <summary>Room that the frame of this many bytes needs at most.</summary>
    public static int MaximumLength(int sourceLength) => checked((int)LibZstd.CompressBound((nuint)sourceLength));

    /// <summary>Writes one frame and returns its length.</summary>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> destination, int level, CompressionEffort effort = CompressionEffort.Usual)
    {
        var context = Compressors.TryTake(out var kept) ? kept : new ZstdCompressionContext();
        context.Configure(level, effort);
        var result = LibZstd.Compress2(context, destination, (nuint)destination.Length, source, (nuint)source.Length);
        Compressors.Add(context);

        return (int)Checked(result);
    }

    /// <summary>
    /// Reads what was compressed and returns its length.
    /// </summary>
    /// <exception cref="InvalidDataException">No valid frame, or it holds more than <paramref name="destination"/> has room for.</exception>
    public static int Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var context = RentDecompressor();
        var result = LibZstd.Decompress(context, destination, (nuint)destination.Length, source, (nuint)source.Length);
        ReturnDecompressor(context);

        return (int)Checked(result);
    }

    public static ZstdDecompressionContext RentDecompressor() =>
        Decompressors.TryTake(out var kept) ? kept : new ZstdDecompressionContext();

    /// <summary>An unfinished stream leaves state behind, so that a context is reset before it is used again.</summary>
    public static void ReturnDecompressor(ZstdDecompressionContext context)
    {
        const int SessionOnly = 1;
        _ = Checked(LibZstd.Reset(context, SessionOnly));
        Decompressors.Add(context);
    }

    public static nuint Checked(nuint result) =>
        LibZstd.IsError(result) == 0
            ? result
            : throw new InvalidDataException($"zstd: {Marshal.PtrToStringUTF8(LibZstd.ErrorName(result))}");
}
