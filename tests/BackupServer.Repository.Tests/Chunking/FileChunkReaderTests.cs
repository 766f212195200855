using BackupServer.Repository.Chunking;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Tests.Files;

namespace BackupServer.Repository.Tests.Chunking;

public sealed class FileChunkReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 0)]
    [InlineData(4_000_000, 0)]
    [InlineData(4_000_000, 1_000_000)]
    [InlineData(0, 12_345_678)]
    [InlineData(524_288, 3_000_000)]
    [InlineData(9_000_000, 70_000_000)]
    public void Chunks_of_a_file_are_its_content_and_holes_are_cut_as_zeros_are(int data, int hole)
    {
        byte[] bytes = AwkwardTree.RandomBytes(data, data);
        using DirectoryHandle directory = DirectoryHandle.Open(_folder.Root);
        using FileHandle sparse = directory.CreateFile(new RawName("sparse"));
        using FileHandle dense = directory.CreateFile(new RawName("dense"));
        sparse.Write(bytes, 0);
        sparse.SetLength(data + (long)hole);
        sparse.Write(bytes, data + (long)hole);
        dense.Write([.. bytes, .. new byte[hole], .. bytes], 0);

        (int Length, ObjectId Id)[] chunks = Read(sparse);

        Assert.Equal(Read(dense), chunks);
        Assert.Equal((2L * data) + hole, chunks.Sum(chunk => (long)chunk.Length));
        Assert.Equal(ObjectId.Of([.. bytes, .. new byte[hole], .. bytes]), IdOfWhole(sparse));
    }

    [Fact]
    public void A_file_that_grows_while_it_is_read_is_read_to_its_new_end()
    {
        using DirectoryHandle directory = DirectoryHandle.Open(_folder.Root);
        using FileHandle file = directory.CreateFile(new RawName("log"));
        file.Write("line"u8, 0);
        FileChunkReader reader = new(new BoundaryKey("x"));
        reader.Open(file, 4);
        file.Write(AwkwardTree.RandomBytes(2_000_000, 1), 4);

        ChunkRun run = new();
        long total = 0;
        while (reader.Next(run))
        {
            total += Enumerable.Range(0, run.Count).Sum(i => run[i].Length);
        }

        Assert.Equal(2_000_004, total);
    }

    private static (int Length, ObjectId Id)[] Read(FileHandle file)
    {
        FileChunkReader reader = new(new BoundaryKey("x"));
        List<(int, ObjectId)> chunks = [];
        reader.Open(file, (long)file.Stat().Size);
        ChunkRun run = new();
        while (reader.Next(run))
        {
            chunks.AddRange(Enumerable.Range(0, run.Count).Select(i => (run[i].Length, ObjectId.Of(run[i].Span))));
        }

        return [.. chunks];
    }

    private static ObjectId IdOfWhole(FileHandle file)
    {
        FileChunkReader reader = new(new BoundaryKey("y"));
        using System.Security.Cryptography.IncrementalHash hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        reader.Open(file, (long)file.Stat().Size);
        ChunkRun run = new();
        while (reader.Next(run))
        {
            for (int i = 0; i < run.Count; i++)
            {
                hash.AppendData(run[i].Span);
            }
        }

        return new ObjectId(hash.GetHashAndReset());
    }
}
