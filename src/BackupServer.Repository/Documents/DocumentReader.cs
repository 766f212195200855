using BackupServer.Repository.Compression;

namespace BackupServer.Repository.Documents;

/// <summary>
/// The JSON of a decrypted document, piece by piece: after a byte 0x02 a zstd frame, otherwise the JSON itself from its <c>{</c> or <c>[</c> on.
/// </summary>
internal sealed class DocumentReader : IDisposable
{
    private const byte Compressed = 2;
    private readonly ZstdReader? _zstd;
    private ReadOnlyMemory<byte> _raw;

    /// <exception cref="InvalidDataException">The first byte names no known encoding.</exception>
    public DocumentReader(ReadOnlyMemory<byte> plain)
    {
        StoredLength = plain.Length;
        var first = plain.IsEmpty ? 0 : plain.Span[0];
        switch (first)
        {
            case Compressed:
                _zstd = new ZstdReader(plain[1..]);
                break;
            case (byte)'{' or (byte)'[':
                _raw = plain;
                break;
            default:
                throw new InvalidDataException($"the document starts with byte {first}, which names no known encoding");
        }
    }

    /// <summary>Bytes of it before decompression.</summary>
    public long StoredLength { get; }

    /// <summary>Fills some of the destination; 0 at the end.</summary>
    public int Read(Span<byte> destination)
    {
        if (_zstd is not null)
        {
            return _zstd.Read(destination);
        }

        var count = Math.Min(destination.Length, _raw.Length);
        _raw.Span[..count].CopyTo(destination);
        _raw = _raw[count..];

        return count;
    }

    /// <summary>All of it.</summary>
    /// <param name="maximum">What the caller takes at most: a few bytes of zstd can stand for gigabytes.</param>
    /// <exception cref="InvalidDataException">It is longer, or damaged.</exception>
    public byte[] ReadToEnd(int maximum)
    {
        var bytes = new byte[4096];
        var length = 0;
        int count;
        while ((count = Read(bytes.AsSpan(length))) > 0)
        {
            length += count;
            if (length > maximum)
            {
                throw new InvalidDataException($"it has more than the {maximum} bytes that are accepted");
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, bytes.Length * 2);
            }
        }

        return bytes[..length];
    }

    public void Dispose() => _zstd?.Dispose();
}
