using System.Buffers;
using System.Runtime.InteropServices;
using BackupServer.Repository.Compression;
using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Packing;

/// <summary>Between a blob's plaintext and its sealed bytes. Any thread.</summary>
internal sealed class BlobCodec(Sealer sealer, Fingerprinter fingerprinter, int compressionLevel)
{
    // Three samples of a large blob tell whether it is worth a try; what is shorter than this is compressed without asking.
    private const int SampledLength = 128 << 10;
    private const int Samples = 3;
    private const int SampleLength = 4 << 10;

    /// <summary>Gives plaintext its name.</summary>
    public IdentifiedBlob Identify(BlobType type, ReadOnlyMemory<byte> plaintext)
    {
        var fingerprint = fingerprinter.Of(plaintext.Span);
        return new IdentifiedBlob(new BlobHandle(type, ObjectId.Of(plaintext.Span)), plaintext, fingerprint);
    }

    /// <summary>Compresses where that helps. Trees are always compressed: stock restic packs plain ones again.</summary>
    public PreparedBlob Prepare(BlobType type, ReadOnlyMemory<byte> plaintext)
    {
        var effort = type == BlobType.Tree ? CompressionEffort.Usual : EffortFor(plaintext.Span);
        if (plaintext.IsEmpty || effort is null)
        {
            return new PreparedBlob(plaintext, 0, null);
        }

        var compressed = ArrayPool<byte>.Shared.Rent(Zstd.MaximumLength(plaintext.Length));
        try
        {
            var length = Zstd.Compress(plaintext.Span, compressed, compressionLevel, effort.Value);
            if (type == BlobType.Tree || length + (plaintext.Length >> 5) < plaintext.Length)
            {
                return new PreparedBlob(compressed.AsMemory(0, length), plaintext.Length, compressed);
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(compressed);
            throw;
        }

        ArrayPool<byte>.Shared.Return(compressed);
        return new PreparedBlob(plaintext, 0, null);
    }

    /// <summary>Seals into exactly the room that it takes, and proves by opening it again that what is stored will be what was given.</summary>
    /// <exception cref="InvalidOperationException">It is not; the room holds no blob.</exception>
    public void SealInto(IdentifiedBlob blob, PreparedBlob prepared, Span<byte> room)
    {
        sealer.Seal(prepared.Content.Span, room);
        try
        {
            Verify(blob.Blob, room, (uint)prepared.UncompressedLength, blob.Fingerprint);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidOperationException(
                $"{blob.Blob} read back differs from what was given ({e.Message}): "
                    + "the caller changed it meanwhile, or the machine's memory is not to be trusted; nothing was stored",
                e);
        }
    }

    /// <summary>Both steps, in borrowed memory.</summary>
    public SealedBlob Seal(IdentifiedBlob blob)
    {
        using var prepared = Prepare(blob.Blob.Type, blob.Plaintext);
        var rented = ArrayPool<byte>.Shared.Rent(prepared.SealedLength);
        var result = new SealedBlob(rented, prepared.SealedLength, prepared.UncompressedLength);
        try
        {
            SealInto(blob, prepared, rented.AsSpan(0, prepared.SealedLength));
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>The plaintext, which has the blob's id.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message says in which way.</exception>
    public byte[] Open(BlobHandle blob, ReadOnlySpan<byte> sealedBytes, uint uncompressedLength)
    {
        var length = PlainLength(blob.Type, sealedBytes, uncompressedLength);
        var plaintext = GC.AllocateUninitializedArray<byte>(length);
        Open(blob, sealedBytes, uncompressedLength > 0, plaintext);

        return plaintext;
    }

    /// <summary>As <see cref="Open(BlobHandle, ReadOnlySpan{byte}, uint)"/>, in borrowed memory.</summary>
    public LoadedBlob Rent(BlobHandle blob, ReadOnlySpan<byte> sealedBytes, uint uncompressedLength)
    {
        var length = PlainLength(blob.Type, sealedBytes, uncompressedLength);
        var loaded = new LoadedBlob(ArrayPool<byte>.Shared.Rent(length), length);
        try
        {
            Open(blob, sealedBytes, uncompressedLength > 0, MemoryMarshal.AsMemory(loaded.Bytes).Span);
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="Open(BlobHandle, ReadOnlySpan{byte}, uint)"/>, for those who only want to know.</summary>
    public void Verify(BlobHandle blob, ReadOnlySpan<byte> sealedBytes, uint uncompressedLength) => Verify(blob, sealedBytes, uncompressedLength, fingerprint: null);

    private void Verify(BlobHandle blob, ReadOnlySpan<byte> sealedBytes, uint uncompressedLength, UInt128? fingerprint)
    {
        var length = PlainLength(blob.Type, sealedBytes, uncompressedLength);
        var plaintext = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Open(blob, sealedBytes, uncompressedLength > 0, plaintext.AsSpan(0, length), fingerprint);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plaintext);
        }
    }

    private static int PlainLength(BlobType type, ReadOnlySpan<byte> sealedBytes, uint uncompressedLength)
    {
        if (sealedBytes.Length < Sealer.Overhead)
        {
            throw new InvalidDataException($"{sealedBytes.Length} bytes are too few for a blob");
        }

        long length = uncompressedLength > 0 ? uncompressedLength : sealedBytes.Length - Sealer.Overhead;
        return length <= BlobLimits.Of(type)
            ? (int)length
            : throw new InvalidDataException($"it claims {length} bytes, more than the {BlobLimits.Of(type)} that are accepted");
    }

    // What large data is worth, by its samples; null if it will not shrink.
    private CompressionEffort? EffortFor(ReadOnlySpan<byte> plaintext)
    {
        if (plaintext.Length < SampledLength)
        {
            return CompressionEffort.Usual;
        }

        var scratch = ArrayPool<byte>.Shared.Rent(Zstd.MaximumLength(SampleLength));
        var length = 0;
        for (var sample = 0; sample < Samples; sample++)
        {
            length += Zstd.Compress(plaintext.Slice((plaintext.Length - SampleLength) / 2 * sample, SampleLength), scratch, compressionLevel);
        }

        ArrayPool<byte>.Shared.Return(scratch);
        return length switch
        {
            >= Samples * SampleLength * 63 / 64 => null,
            >= Samples * SampleLength * 7 / 10 => CompressionEffort.Quick,
            _ => CompressionEffort.Usual,
        };
    }

    private void Open(BlobHandle blob, ReadOnlySpan<byte> sealedBytes, bool compressed, Span<byte> plaintext, UInt128? fingerprint = null)
    {
        if (compressed)
        {
            var content = ArrayPool<byte>.Shared.Rent(sealedBytes.Length - Sealer.Overhead);
            try
            {
                var frame = content.AsSpan(0, sealedBytes.Length - Sealer.Overhead);
                Decrypt(sealedBytes, frame);
                Decompress(frame, plaintext);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(content);
            }
        }
        else
        {
            Decrypt(sealedBytes, plaintext);
        }

        if (fingerprint is { } expected && fingerprinter.Of(plaintext) == expected)
        {
            return;
        }

        var id = ObjectId.Of(plaintext);
        if (id != blob.Id)
        {
            throw new InvalidDataException($"its plaintext has the hash {id}");
        }
    }

    /// <summary>Stock restic does not see a wrong length here, and then restores wrong files.</summary>
    private static void Decompress(ReadOnlySpan<byte> frame, Span<byte> plaintext)
    {
        int length;
        try
        {
            length = Zstd.Decompress(frame, plaintext);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"it does not decompress to its uncompressed_length of {plaintext.Length} bytes: {e.Message}", e);
        }

        if (length != plaintext.Length)
        {
            throw new InvalidDataException($"it decompresses to {length} bytes, but its uncompressed_length is {plaintext.Length}");
        }
    }

    private void Decrypt(ReadOnlySpan<byte> sealedBytes, Span<byte> plaintext)
    {
        if (!sealer.TryOpen(sealedBytes, plaintext))
        {
            throw new InvalidDataException("its authentication tag does not verify");
        }
    }
}
