using System.Buffers.Binary;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Repairing;

/// <summary>Reads what a pack itself says is in it, without reading the blobs.</summary>
internal sealed class PackHeaderReader(Repository repository)
{
    // Holds the header of most packs, so that one read is enough.
    private const int FirstRead = 64 << 10;

    /// <summary>The blobs of a pack, which fill it without a gap.</summary>
    /// <param name="pack">Its name.</param>
    /// <param name="size">Bytes of the file.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidDataException">The header cannot be read or does not fit the file.</exception>
    public async Task<FinishedPack> ReadAsync(ObjectId pack, long size, CancellationToken cancellationToken)
    {
        if (size < PackHeader.Overhead)
        {
            throw new InvalidDataException($"{size} bytes are too few for a pack");
        }

        var tail = await TailAsync(pack, size, Math.Min(size, FirstRead), cancellationToken);
        var length = (long)BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(tail.Length - PackHeader.LengthField)) + PackHeader.LengthField;
        if (length > tail.Length && length <= Math.Min(size, PackHeader.MaximumLength + PackHeader.LengthField))
        {
            tail = await TailAsync(pack, size, length, cancellationToken);
        }

        var entries = PackHeader.Read(tail, repository.Sealer);
        var expected = entries.Sum(static entry => (long)entry.Length + entry.HeaderLength) + PackHeader.Overhead;
        return expected == size
            ? new FinishedPack(pack, size, entries)
            : throw new InvalidDataException($"what the header names takes {expected} bytes, but the file has {size}");
    }

    private Task<byte[]> TailAsync(ObjectId pack, long size, long length, CancellationToken cancellationToken) =>
        repository.Backend.LoadAsync(RepositoryPaths.Pack(pack), size - length, (int)length, cancellationToken);
}
