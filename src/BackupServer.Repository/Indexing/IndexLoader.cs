using System.Collections.Concurrent;
using System.Text.Json;
using BackupServer.Repository.Documents;

namespace BackupServer.Repository.Indexing;

/// <summary>Reads index files into a <see cref="BlobIndex"/>, several at a time, each piece by piece.</summary>
internal sealed class IndexLoader(DocumentStore documents, int parallelReads)
{
    /// <summary>
    /// Reads the named files. What is wrong with one goes to <paramref name="onProblem"/>; packs that it listed before the damage count.
    /// A file that vanished meanwhile was replaced by another writer.
    /// </summary>
    public async Task<IReadOnlyList<IndexFile>> LoadAsync(
        IReadOnlyList<DocumentFile> files, BlobIndex index, Action<IndexProblem> onProblem, CancellationToken cancellationToken)
    {
        var loaded = new IndexFile?[files.Count];

        // Files are megabytes: each reader's room serves one after the other, and no more are read than processors can decode, or the index would take
        // twice its memory while it is read.
        var rooms = new ConcurrentBag<byte[]>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Min(parallelReads, Math.Max(2, Environment.ProcessorCount)), CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, files.Count, options, async (i, token) =>
        {
            try
            {
                var room = rooms.TryTake(out var used) && used.Length >= files[i].Size ? used : Room(files[i]);
                loaded[i] = await LoadAsync(files[i], room, index, token);
                rooms.Add(room);
            }
            catch (Exception e) when (e is RepositoryException { Kind: RepositoryErrorKind.Damaged } or JsonException or InvalidDataException)
            {
                onProblem(new IndexProblem(files[i].Id, e is RepositoryException ? e.Message : $"index {files[i].Id} is damaged: {e.Message}"));
            }
        });

        return [.. loaded.OfType<IndexFile>()];
    }

    private static byte[] Room(DocumentFile file) => file.Size <= Array.MaxLength
        ? GC.AllocateUninitializedArray<byte>((int)file.Size)
        : throw new InvalidDataException($"its {file.Size} bytes are more than an index has");

    private async Task<IndexFile?> LoadAsync(DocumentFile file, byte[] room, BlobIndex index, CancellationToken cancellationToken)
    {
        DocumentReader document;
        try
        {
            document = await documents.OpenAsync(RepositoryPaths.Index, file, room, cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.NotFound)
        {
            return null;
        }

        using (document)
        {
            var packs = new List<int>();
            new IndexDecoder((pack, entries) => packs.Add(index.AddPack(pack, entries))).Decode(document);
            return new IndexFile(file.Id, [.. packs]);
        }
    }
}
