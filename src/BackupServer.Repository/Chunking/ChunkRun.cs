namespace BackupServer.Repository.Chunking;

/// <summary>
/// Some successive chunks of a file in one buffer, which serves run after run: the unit in which large files are handed to other threads. Not thread safe.
/// </summary>
public sealed class ChunkRun
{
    /// <summary>Bytes of a run of a large file: several chunks, so that little is copied from one run to the next.</summary>
    public const int Size = 2 * ChunkLimits.Maximum;

    // Small files are most files: their bytes fit in a small buffer.
    private const int SmallSize = 64 * 1024;

    private readonly List<(int Start, int Length)> _chunks = [];

    internal byte[] Buffer { get; private set; } = [];

    /// <summary>Number of chunks.</summary>
    public int Count => _chunks.Count;

    /// <summary>The bytes of a chunk, valid until the run is filled again.</summary>
    public ReadOnlyMemory<byte> this[int index] => _chunks[index] is { Start: >= 0 } chunk ? Buffer.AsMemory(chunk.Start, chunk.Length) : FileChunkReader.ZeroPiece;

    /// <summary>Whether a chunk is one piece of zeros out of a hole, whose bytes are <see cref="FileChunkReader.ZeroPiece"/>.</summary>
    public bool IsHole(int index) => _chunks[index].Start < 0;

    internal void Clear(int room)
    {
        _chunks.Clear();
        Reserve(room, 0);
    }

    /// <summary>Makes room for so many bytes, of which some are kept.</summary>
    internal void Reserve(int room, int kept)
    {
        if (Buffer.Length >= room)
        {
            return;
        }

        byte[] larger = GC.AllocateUninitializedArray<byte>(room <= SmallSize ? SmallSize : Size);
        Buffer.AsSpan(0, kept).CopyTo(larger);
        Buffer = larger;
    }

    internal void Add(int start, int length) => _chunks.Add((start, length));

    internal void AddHole() => _chunks.Add((-1, ChunkLimits.ZeroPiece));
}
