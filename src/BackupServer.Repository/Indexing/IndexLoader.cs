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
        IReadOnlyList<ObjectId> files, BlobIndex index, Action<IndexProblem> onProblem, CancellationToken cancellationToken)
    {
        var loaded = new IndexFile?[files.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallelReads, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, files.Count, options, async (i, token) =>
        {
            try
            {
                loaded[i] = await LoadAsync(files[i], index, token);
            }
            catch (Exception e) when (e is RepositoryException { Kind: RepositoryErrorKind.Damaged } or JsonException or InvalidDataException)
            {
                onProblem(new IndexProblem(files[i], e is RepositoryException ? e.Message : $"index {files[i]} is damaged: {e.Message}"));
            }
        });

        return [.. loaded.OfType<IndexFile>()];
    }

    private async Task<IndexFile?> LoadAsync(ObjectId file, BlobIndex index, CancellationToken cancellationToken)
    {
        DocumentReader document;
        try
        {
            document = await documents.OpenAsync(RepositoryPaths.Index, file, cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.NotFound)
        {
            return null;
        }

        using (document)
        {
            var packs = new List<int>();
            new IndexDecoder((pack, entries) => packs.Add(index.AddPack(pack, entries))).Decode(document);
            return new IndexFile(file, [.. packs]);
        }
    }
}
