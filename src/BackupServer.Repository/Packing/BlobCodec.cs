using System.Buffers;
using BackupServer.Repository.Compression;
using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Packing;

/// <summary>Between a blob's plaintext and its sealed bytes. Any thread.</summary>
internal sealed class BlobCodec(Sealer sealer, int compressionLevel)
{
    /// <summary>
    /// Compresses where that helps, seals, and proves by opening it again that what is stored will be what was given.
    /// Trees are always compressed: stock restic packs plain ones again.
    /// </summary>
    public SealedBlob Seal(BlobHandle blob, ReadOnlySpan<byte> plaintext)
    {
        var room = plaintext.Length == 0 ? 0 : Zstd.MaximumLength(plaintext.Length);
        var compressed = ArrayPool<byte>.Shared.Rent(room);
        try
        {
            var length = plaintext.Length == 0 ? 0 : Zstd.Compress(plaintext, compressed, compressionLevel);
            var helps = length > 0 && (blob.Type == BlobType.Tree || length + (plaintext.Length >> 5) < plaintext.Length);
            var content = helps ? compressed.AsSpan(0, length) : plaintext;
            var rented = ArrayPool<byte>.Shared.Rent(content.Length + Sealer.Overhead);
            sealer.Seal(content, rented.AsSpan(0, content.Length + Sealer.Overhead));
            var result = new SealedBlob(rented, content.Length + Sealer.Overhead, helps ? plaintext.Length : 0);
            Prove(blob, result, plaintext.Length);

            return result;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
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

    /// <summary>As <see cref="Open(BlobHandle, ReadOnlySpan{byte}, uint)"/>, for those who only want to know.</summary>
    public void Verify(BlobHandle blob, ReadOnlySpan<byte> sealedBytes, uint uncompressedLength)
    {
        var length = PlainLength(blob.Type, sealedBytes, uncompressedLength);
        var plaintext = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Open(blob, sealedBytes, uncompressedLength > 0, plaintext.AsSpan(0, length));
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

    private void Prove(BlobHandle blob, SealedBlob result, int length)
    {
        try
        {
            Verify(blob, result.Bytes.Span, (uint)result.UncompressedLength);
        }
        catch (InvalidDataException e)
        {
            result.Dispose();
            throw new InvalidOperationException(
                $"{blob} of {length} bytes read back differs from what was given ({e.Message}): "
                    + "the caller changed it meanwhile, or the machine's memory is not to be trusted; nothing was stored",
                e);
        }
    }

    private void Open(BlobHandle blob, ReadOnlySpan<byte> sealedBytes, bool compressed, Span<byte> plaintext)
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
