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
    public unsafe int Read(Span<byte> destination)
    {
        fixed (byte* input = source.Span, output = destination)
        {
            var from = new ZstdBuffer { Start = input, Size = (nuint)source.Length, Position = (nuint)_position };
            var to = new ZstdBuffer { Start = output, Size = (nuint)destination.Length };
            while (to.Position == 0 && !(_ended && from.Position == from.Size))
            {
                var before = from.Position;
                _ended = Zstd.Checked(LibZstd.DecompressStream(_context, &to, &from)) == 0;
                if (!_ended && to.Position == 0 && from.Position == before)
                {
                    throw new InvalidDataException("zstd: the frame ends too early");
                }
            }

            _position = (int)from.Position;
            return (int)to.Position;
        }
    }

    public void Dispose() => Zstd.ReturnDecompressor(_context);
}
