using System.Collections.Concurrent;
using BackupServer.Repository.Indexing;

namespace BackupServer.Repository.Checking;

/// <summary>
/// Reads stored blobs back and proves each. Neighbours in a pack are read together: a request for every blob would make reading all of a
/// large volume take days from an object store.
/// </summary>
internal sealed class ContentProver(Repository repository)
{
    private const int MostTogether = 8 << 20;
    private const int LargestGap = 64 << 10;

    /// <summary>More damaged packs than these are not looked for: what is named is enough to act on.</summary>
    public const int MostDamagedPacks = 20;

    private readonly BlobIndex _index = repository.Index;

    /// <summary>Proves the blobs of these entries; a blob of which another copy is whole counts as whole.</summary>
    /// <returns>For each pack with damage, by name, what is damaged first.</returns>
    public async Task<IReadOnlyDictionary<ObjectId, string>> ProveAsync(IReadOnlyCollection<int> ordinals, CancellationToken cancellationToken)
    {
        var damaged = new ConcurrentDictionary<ObjectId, string>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = repository.Options.ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Together(ordinals), parallel, async (neighbours, token) =>
        {
            if (damaged.Count < MostDamagedPacks && await ProveTogetherAsync(neighbours, token) is { } message)
            {
                damaged.TryAdd(_index.Pack(neighbours[0].Pack), message);
            }
        });
        return damaged;
    }

    private IEnumerable<List<IndexEntry>> Together(IReadOnlyCollection<int> ordinals)
    {
        var neighbours = new List<IndexEntry>();
        foreach (var entry in ordinals.Select(_index.Entry).OrderBy(static entry => entry.Pack).ThenBy(static entry => entry.Offset))
        {
            if (neighbours.Count > 0 && !IsNear(neighbours, entry))
            {
                yield return neighbours;
                neighbours = [];
            }

            neighbours.Add(entry);
        }

        if (neighbours.Count > 0)
        {
            yield return neighbours;
        }
    }

    private static bool IsNear(List<IndexEntry> neighbours, IndexEntry next) =>
        next.Pack == neighbours[0].Pack && next.Offset <= EndOf(neighbours[^1]) + LargestGap && EndOf(next) - neighbours[0].Offset <= MostTogether;

    private static long EndOf(IndexEntry entry) => (long)entry.Offset + entry.Length;

    private async Task<string?> ProveTogetherAsync(List<IndexEntry> neighbours, CancellationToken cancellationToken)
    {
        foreach (var suspect in await SuspectsAsync(neighbours, cancellationToken))
        {
            try
            {
                // Reads once more, and other copies of the blob.
                await repository.LoadBlobAsync(suspect.Type, suspect.Id, cancellationToken);
            }
            catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
            {
                return e.InnerException?.Message ?? e.Message;
            }
        }

        return null;
    }

    private async Task<List<IndexEntry>> SuspectsAsync(List<IndexEntry> neighbours, CancellationToken cancellationToken)
    {
        var begin = neighbours[0].Offset;
        var length = EndOf(neighbours[^1]) - begin;
        if (length > int.MaxValue)
        {
            return neighbours;
        }

        try
        {
            var path = RepositoryPaths.Pack(_index.Pack(neighbours[0].Pack));
            var bytes = await repository.Backend.LoadAsync(path, begin, (int)length, cancellationToken);
            return [.. neighbours.Where(entry => !IsWhole(bytes, begin, entry))];
        }
        catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
        {
            return neighbours;
        }
    }

    private bool IsWhole(byte[] bytes, uint begin, IndexEntry entry)
    {
        if (EndOf(entry) - begin > bytes.Length)
        {
            return false;
        }

        try
        {
            repository.Codec.Verify(entry.Blob, bytes.AsSpan((int)(entry.Offset - begin), (int)entry.Length), entry.UncompressedLength);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
