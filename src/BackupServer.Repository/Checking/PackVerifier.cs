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
    /// <param name="pack">The pack's name.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="entries">What the index says of it, with the ordinals of the entries.</param>
    public void Verify(ObjectId pack, ReadOnlySpan<byte> content, IReadOnlyList<(int Ordinal, IndexEntry Entry)> entries)
    {
        var damaged = new List<(int Ordinal, BlobHandle Blob, string Message)>();
        foreach (var (ordinal, entry) in entries)
        {
            if (Damage(content, entry) is { } message)
            {
                damaged.Add((ordinal, entry.Blob, message));
            }
        }

        foreach (var (ordinal, blob, message) in damaged)
        {
            findings.Add(CheckProblemKind.BlobDamaged, $"{blob} in pack {pack} is damaged: {message}", lost([ordinal]));
        }

        var actual = ObjectId.Of(content);
        if (actual != pack)
        {
            findings.Add(CheckProblemKind.PackDamaged, $"pack {pack} has the content of {actual}: it was changed after it was written");
        }

        VerifyHeader(pack, content, entries);
    }

    private string? Damage(ReadOnlySpan<byte> content, IndexEntry entry)
    {
        if ((long)entry.Offset + entry.Length > content.Length)
        {
            return $"it would end at byte {(long)entry.Offset + entry.Length}, but the pack has {content.Length}";
        }

        try
        {
            codec.Verify(entry.Blob, content.Slice((int)entry.Offset, (int)entry.Length), entry.UncompressedLength);
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
