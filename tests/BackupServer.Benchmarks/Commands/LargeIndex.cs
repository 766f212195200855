using System.Buffers.Binary;
using BackupServer.Benchmarks.Measuring;
using BackupServer.Repository;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Keys;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Benchmarks.Commands;

/// <summary>Makes a repository with one empty snapshot, whose index files name many blobs of packs that are not there.</summary>
internal static class LargeIndex
{
    // As many as the engine itself puts into an index file.
    private const int BlobsPerFile = 50_000;
    private const uint Length = 390_000;

    public static async Task WriteAsync(string directory, int blobs, int blobsPerPack, CancellationToken cancellationToken)
    {
        await using var backend = new LocalBackend(directory, TimeProvider.System);
        var options = new RepositoryOptions { Scrypt = ScryptParameters.MachineSecret };
        await using var repository = await Repository.Repository.InitAsync(backend, Workplace.Password, options, TimeProvider.System, cancellationToken);
        await repository.LoadIndexAsync(cancellationToken);
        var tree = await repository.SaveBlobAsync(BlobType.Tree, TreeCodec.Encode([]), cancellationToken);
        await repository.SaveSnapshotAsync(
            new Snapshot { Time = TimeProvider.System.GetUtcNow(), Tree = tree.Id, Paths = ["/"], HostName = "benchmark" }, cancellationToken);
        var packs = new List<FinishedPack>();
        for (var made = 0; made < blobs;)
        {
            var count = Math.Min(blobsPerPack, blobs - made);
            packs.Add(Pack(made, count));
            made += count;
            if (packs.Count * blobsPerPack >= BlobsPerFile || made == blobs)
            {
                await repository.Documents.SaveAsync(RepositoryPaths.Index, IndexEncoder.Encode(packs), cancellationToken);
                packs.Clear();
            }
        }
    }

    private static FinishedPack Pack(int first, int count)
    {
        var entries = new PackEntry[count];
        for (var i = 0; i < count; i++)
        {
            entries[i] = new PackEntry(new BlobHandle(BlobType.Data, Id(first + i, 1)), (uint)i * Length, Length, Length + 1000);
        }

        return new FinishedPack(Id(first, 2), count * (long)Length, entries);
    }

    private static ObjectId Id(int number, int kind)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], kind);
        return ObjectId.Of(bytes);
    }
}
