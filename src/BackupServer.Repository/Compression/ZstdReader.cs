using BackupServer.Repository.Interop;

namespace BackupServer.Repository.Compression;

/// <summary>Decompresses piece by piece, for documents whose length is not known or not wanted in memory.</summary>
internal sealed class ZstdReader(ReadOnlyMemory<byte> source) : IDisposable
{
    private readonly ZstdDecompressionContext _context = Zstd.RentDecompressor();
    private int _position;
    private bool _ended;

    /// <summary>Fills some of the destination; 0 at the end.</summary>
    /// <exception cref="InvalidDataException">The frame is damaged or ends too early.</exception>
    public int Read(Span<byte> destination)
    {
        while (!(_ended && _position == source.Length))
        {
            var (read, written, result) = _context.Continue(source.Span[_position..], destination);
            _ended = Zstd.Checked(result) == 0;
            _position += read;
            if (written > 0)
            {
                return written;
            }

            if (!_ended && read == 0)
            {
                throw new InvalidDataException("zstd: the frame ends too early");
            }
        }

        return 0;
    }

    public void Dispose() => Zstd.ReturnDecompressor(_context);
}
