using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace BackupServer.Repository.Chunking;

/// <summary>
/// Finds the places where content may be cut, by the 64 bytes before a place alone. First a gear sum over 16 bytes, each byte doubled with its age, of eight places at a time: one place in 4096 passes.
/// Of those few a hash of all 64 bytes decides.
/// </summary>
internal static class BoundaryScanner
{
    /// <summary>Bytes before a place that decide about it.</summary>
    public const int Window = 64;

    private const int Lanes = 8;
    private const int SummedBytes = 16;

    // The product of a sum that passes has only these bits: 2^-12 of all.
    private const ushort Rest = 15;
    private const int SumBits = 12;

    /// <summary>The first boundary behind <paramref name="from"/> and up to <paramref name="end"/>, or 0.</summary>
    /// <param name="bytes">What has been read since the last boundary.</param>
    /// <param name="from">At least <see cref="Window"/>.</param>
    /// <param name="end">At most the number of bytes.</param>
    /// <param name="bits">One in 2^bits places is a boundary; more than 12.</param>
    /// <param name="key">The repository's numbers.</param>
    public static int Find(ReadOnlySpan<byte> bytes, int from, int end, int bits, BoundaryKey key)
    {
        int shift = 64 - (bits - SumBits);
        while (from < end)
        {
            from = FindCandidate(bytes, from, end, key.Factor, key.Addend);
            if (from > 0 && Hash(bytes.Slice(from - Window, Window), key.Words) >> shift == 0)
            {
                return from;
            }

            if (from == 0)
            {
                return 0;
            }
        }

        return 0;
    }

    // A sum doubles with each place, so 16 bits remember 16 bytes. The sums of 2, 4, 8 and 16 bytes follow from each other, shifted by as many places.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FindCandidate(ReadOnlySpan<byte> bytes, int from, int end, ushort factor, ushort addend)
    {
        ref byte start = ref MemoryMarshal.GetReference(bytes[(from - SummedBytes)..end]);
        int length = end - from + SummedBytes;
        int position = 0;
        Vector128<ushort> last1 = default;
        Vector128<ushort> last2 = default;
        Vector128<ushort> last4 = default;
        Vector128<ushort> last8 = default;
        for (; position <= length - SummedBytes; position += SummedBytes)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.LoadUnsafe(ref start, (nuint)position));

            Vector128<ushort> low2 = low + (Before(last1, low, 1) << 1);
            Vector128<ushort> high2 = high + (Before(low, high, 1) << 1);
            Vector128<ushort> low4 = low2 + (Before(last2, low2, 2) << 2);
            Vector128<ushort> high4 = high2 + (Before(low2, high2, 2) << 2);
            Vector128<ushort> low8 = low4 + (Before(last4, low4, 4) << 4);
            Vector128<ushort> high8 = high4 + (Before(low4, high4, 4) << 4);
            Vector128<ushort> low16 = low8 + (last8 << 8);
            Vector128<ushort> high16 = high8 + (low8 << 8);
            (last1, last2, last4, last8) = (high, high2, high4, high8);

            Vector128<ushort> rest = Vector128.Create(Rest);
            Vector128<ushort> lowProduct = (low16 * Vector128.Create(factor)) + Vector128.Create(addend);
            Vector128<ushort> highProduct = (high16 * Vector128.Create(factor)) + Vector128.Create(addend);
            Vector128<ushort> passes = Vector128.Equals(Vector128.Max(lowProduct, rest), rest) | Vector128.Equals(Vector128.Max(highProduct, rest), rest);
            if (passes != default && position > 0)
            {
                uint first = Vector128.LessThanOrEqual(lowProduct, rest).ExtractMostSignificantBits();
                uint second = Vector128.LessThanOrEqual(highProduct, rest).ExtractMostSignificantBits();
                return from - SummedBytes + position + BitOperations.TrailingZeroCount(first | (second << Lanes)) + 1;
            }
        }

        return FindInRest(bytes, from - SummedBytes + position, end, factor, addend);
    }

    // The last places, fewer than 16.
    private static int FindInRest(ReadOnlySpan<byte> bytes, int from, int end, ushort factor, ushort addend)
    {
        ushort sum = 0;
        for (int place = from - SummedBytes; place < end; place++)
        {
            sum = (ushort)((sum << 1) + bytes[place]);
            if (place >= from && (ushort)((sum * factor) + addend) <= Rest)
            {
                return place + 1;
            }
        }

        return 0;
    }

    // What was so many places earlier: a pair of vectors as one row, cut elsewhere.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Before(Vector128<ushort> previous, Vector128<ushort> current, int places) => (Ssse3.IsSupported, places) switch
    {
        (true, 1) => Ssse3.AlignRight(current.AsByte(), previous.AsByte(), 14).AsUInt16(),
        (true, 2) => Ssse3.AlignRight(current.AsByte(), previous.AsByte(), 12).AsUInt16(),
        (true, _) => Ssse3.AlignRight(current.AsByte(), previous.AsByte(), 8).AsUInt16(),
        (false, 1) => AdvSimd.ExtractVector128(previous, current, 7),
        (false, 2) => AdvSimd.ExtractVector128(previous, current, 6),
        (false, _) => AdvSimd.ExtractVector128(previous, current, 4),
    };

    private static ulong Hash(ReadOnlySpan<byte> window, ReadOnlySpan<ulong> key)
    {
        ulong hash = 0;
        for (int i = 0; i < Window / sizeof(ulong); i += 2)
        {
            ulong first = BinaryPrimitives.ReadUInt64LittleEndian(window[(i * sizeof(ulong))..]);
            ulong second = BinaryPrimitives.ReadUInt64LittleEndian(window[((i + 1) * sizeof(ulong))..]);
            hash += Fold(first ^ key[i], second ^ key[i + 1]);
        }

        return Fold(hash ^ key[^2], key[^1]);
    }

    private static ulong Fold(ulong first, ulong second) => Math.BigMul(first, second, out ulong low) ^ low;
}
