using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Checking;

/// <summary>
/// Proves a pack byte by byte: its name, its header against the index, that its blobs leave no gap, and every blob down to its plaintext's hash
/// and length.
/// </summary>
internal sealed class PackVerifier(Sealer sealer, BlobCodec codec, CheckFindings findings, Func<IEnumerable<int>, IEnumerable<BlobHandle>> lost)
{
    // Enough that reading costs little, and little enough that the two hashes and the cipher find it in the processor's cache.
    private const int PieceSize = 1 << 20;

    /// <summary>Proves a pack of the length that the index says, blob by blob as it is read; false if its blobs are not in a row, and nothing was looked at.</summary>
    /// <param name="backend">Where it is.</param>
    /// <param name="pack">Its name.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="entries">What the index says of it, with the ordinals of the entries.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<bool> TryVerifyAsync(
        IRepositoryBackend backend, ObjectId pack, long size, List<(int Ordinal, IndexEntry Entry)> entries, CancellationToken cancellationToken)
    {
        entries.Sort(static (left, right) => left.Entry.Offset.CompareTo(right.Entry.Offset));
        var header = 0L;
        foreach (var (_, entry) in entries)
        {
            if (entry.Offset != header || entry.Length > BlobLimits.Of(entry.Type) + Sealer.Overhead)
            {
                return false;
            }

            header += entry.Length;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var damaged = new List<(int Ordinal, BlobHandle Blob, string Message)>();
        for (var first = 0; first < entries.Count;)
        {
            var next = first + 1;
            var start = entries[first].Entry.Offset;
            while (next < entries.Count && entries[next].Entry.Offset + (long)entries[next].Entry.Length - start <= PieceSize)
            {
                next++;
            }

            var length = (int)(entries[next - 1].Entry.Offset + entries[next - 1].Entry.Length - start);
            var rented = ArrayPool<byte>.Shared.Rent(length);
            try
            {
                await backend.ReadAsync(RepositoryPaths.Pack(pack), start, rented.AsMemory(0, length), cancellationToken);
                hash.AppendData(rented, 0, length);
                Verify(rented.AsSpan(0, length), start, CollectionsMarshal.AsSpan(entries)[first..next], damaged);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rented);
            }

            first = next;
        }

        var tail = new byte[size - header];
        await backend.ReadAsync(RepositoryPaths.Pack(pack), header, tail, cancellationToken);
        hash.AppendData(tail);
        Report(pack, damaged, new ObjectId(hash.GetHashAndReset()));
        VerifyHeader(pack, tail, entries);
        return true;
    }

    /// <param name="pack">The pack's name.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="entries">What the index says of it, with the ordinals of the entries.</param>
    public void Verify(ObjectId pack, ReadOnlySpan<byte> content, IReadOnlyList<(int Ordinal, IndexEntry Entry)> entries)
    {
        var damaged = new List<(int Ordinal, BlobHandle Blob, string Message)>();
        Verify(content, 0, [.. entries], damaged);
        Report(pack, damaged, ObjectId.Of(content));
        VerifyHeader(pack, content, entries);
    }

    private void Verify(
        ReadOnlySpan<byte> piece, uint start, ReadOnlySpan<(int Ordinal, IndexEntry Entry)> entries, List<(int Ordinal, BlobHandle Blob, string Message)> damaged)
    {
        foreach (var (ordinal, entry) in entries)
        {
            if (Damage(piece, entry.Offset - start, entry) is { } message)
            {
                damaged.Add((ordinal, entry.Blob, message));
            }
        }
    }

    private void Report(ObjectId pack, List<(int Ordinal, BlobHandle Blob, string Message)> damaged, ObjectId actual)
    {
        foreach (var (ordinal, blob, message) in damaged)
        {
            findings.Add(CheckProblemKind.BlobDamaged, $"{blob} in pack {pack} is damaged: {message}", lost([ordinal]));
        }

        if (actual != pack)
        {
            findings.Add(CheckProblemKind.PackDamaged, $"pack {pack} has the content of {actual}: it was changed after it was written");
        }
    }

    private string? Damage(ReadOnlySpan<byte> content, uint offset, IndexEntry entry)
    {
        if ((long)offset + entry.Length > content.Length)
        {
            return $"it would end at byte {(long)entry.Offset + entry.Length}, but the pack has {content.Length}";
        }

        try
        {
            codec.Verify(entry.Blob, content.Slice((int)offset, (int)entry.Length), entry.UncompressedLength);
            return null;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }

    private void VerifyHeader(ObjectId pack, ReadOnlySpan<byte> content, IReadOnlyList<(int Ordinal, IndexEntry Entry)> entries)
    {
        List<PackEntry> header;
        try
        {
            header = PackHeader.Read(content, sealer);
        }
        catch (InvalidDataException e)
        {
            findings.Add(CheckProblemKind.PackDamaged, $"pack {pack} has no readable header: {e.Message}");
            return;
        }

        var indexed = entries.Select(static e => new PackEntry(e.Entry.Blob, e.Entry.Offset, e.Entry.Length, e.Entry.UncompressedLength));
        if (!header.SequenceEqual(indexed.OrderBy(static entry => entry.Offset)))
        {
            findings.Add(CheckProblemKind.PackDamaged, $"the header of pack {pack} and the index differ about what is in it");
        }
    }
}
