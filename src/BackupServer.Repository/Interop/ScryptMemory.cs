using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BackupServer.Repository.Interop;

/// <summary>
/// scryptROMix of RFC 7914 over a table outside of the collected heap, which goes back to the system at once and is cleared before. Every fourth entry is kept.
/// </summary>
internal static unsafe class ScryptMemory
{
    private const int BlockWords = 16;

    // Of so many entries of the table one is kept.
    private const int KeptOf = 4;

    /// <summary>Mixes each lane of 128 times <paramref name="r"/> bytes in place.</summary>
    /// <param name="lanes">Whole lanes, one after the other.</param>
    /// <param name="n">A power of two above 1.</param>
    /// <param name="r">Block size.</param>
    public static void Mix(Span<byte> lanes, int n, int r)
    {
        var laneLength = 128 * r;
        if (r < 1 || n < 2 || (n & (n - 1)) != 0 || lanes.Length % laneLength != 0)
        {
            throw new ArgumentException($"N {n}, r {r} and {lanes.Length} bytes do not fit together.");
        }

        var size = (((nuint)n + KeptOf - 1) / KeptOf * (nuint)laneLength) + (4 * (nuint)laneLength);
        var memory = NativeMemory.AlignedAlloc(size, 64);
        try
        {
            for (; !lanes.IsEmpty; lanes = lanes[laneLength..])
            {
                Mix(lanes[..laneLength], (uint*)memory, n, r);
            }
        }
        finally
        {
            NativeMemory.Clear(memory, size);
            NativeMemory.AlignedFree(memory);
        }
    }

    // The words of each block are laid out by its diagonals, which makes columns and rows of the cipher into vectors.
    private static void Mix(Span<byte> lane, uint* memory, int n, int r)
    {
        var words = 32 * r;
        uint* x = memory;
        uint* y = x + words;
        uint* scratch = y + words;
        uint* table = scratch + (2 * words);
        for (var word = 0; word < words; word++)
        {
            x[word] = BinaryPrimitives.ReadUInt32LittleEndian(lane[(((word & ~15) + (word * 5 % BlockWords)) * 4)..]);
        }

        for (var i = 0; i < n; i += 2)
        {
            if (i % KeptOf == 0)
            {
                Unsafe.CopyBlock(table + ((nint)i / KeptOf * words), x, (uint)words * 4);
            }

            MixBlocks((Vector128<uint>*)x, (Vector128<uint>*)y, r);
            MixBlocks((Vector128<uint>*)y, (Vector128<uint>*)x, r);
        }

        for (var i = 0; i < n; i += 2)
        {
            AddEntry(x, table, scratch, n, r);
            MixBlocks((Vector128<uint>*)x, (Vector128<uint>*)y, r);
            AddEntry(y, table, scratch, n, r);
            MixBlocks((Vector128<uint>*)y, (Vector128<uint>*)x, r);
        }

        for (var word = 0; word < words; word++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(lane[(((word & ~15) + (word * 5 % BlockWords)) * 4)..], x[word]);
        }
    }

    /// <summary>Adds the entry that the last block names; one that was not kept follows from the kept one before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddEntry(uint* x, uint* table, uint* scratch, int n, int r)
    {
        var words = 32 * r;
        var entry = (int)(x[words - BlockWords] & (uint)(n - 1));
        uint* wanted = table + ((nint)(entry / KeptOf) * words);
        for (var missing = entry % KeptOf; missing > 0; missing--)
        {
            uint* next = wanted == scratch ? scratch + words : scratch;
            MixBlocks((Vector128<uint>*)wanted, (Vector128<uint>*)next, r);
            wanted = next;
        }

        for (var word = 0; word < words; word += 4)
        {
            *(Vector128<uint>*)(x + word) ^= *(Vector128<uint>*)(wanted + word);
        }
    }

    /// <summary>scryptBlockMix: each block is added to the one before and put through Salsa20/8; even ones go to the first half, odd ones to the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MixBlocks(Vector128<uint>* input, Vector128<uint>* output, int r)
    {
        Vector128<uint>* last = input + (((2 * r) - 1) * 4);
        var (a, b, c, d) = (last[0], last[1], last[2], last[3]);
        for (var block = 0; block < 2 * r; block++, input += 4)
        {
            a ^= input[0];
            b ^= input[1];
            c ^= input[2];
            d ^= input[3];
            var (startA, startB, startC, startD) = (a, b, c, d);
            for (var round = 0; round < 4; round++)
            {
                b ^= Rotate(a + d, 7);
                c ^= Rotate(b + a, 9);
                d ^= Rotate(c + b, 13);
                a ^= Rotate(d + c, 18);
                b = Vector128.Shuffle(b, Vector128.Create(3u, 0, 1, 2));
                c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
                d = Vector128.Shuffle(d, Vector128.Create(1u, 2, 3, 0));
                d ^= Rotate(a + b, 7);
                c ^= Rotate(d + a, 9);
                b ^= Rotate(c + d, 13);
                a ^= Rotate(b + c, 18);
                b = Vector128.Shuffle(b, Vector128.Create(1u, 2, 3, 0));
                c = Vector128.Shuffle(c, Vector128.Create(2u, 3, 0, 1));
                d = Vector128.Shuffle(d, Vector128.Create(3u, 0, 1, 2));
            }

            a += startA;
            b += startB;
            c += startC;
            d += startD;
            Vector128<uint>* result = output + (((block / 2) + ((block & 1) * r)) * 4);
            (result[0], result[1], result[2], result[3]) = (a, b, c, d);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate(Vector128<uint> words, [ConstantExpected] byte bits) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(words, bits) : (words << bits) | (words >>> (32 - bits));
}
