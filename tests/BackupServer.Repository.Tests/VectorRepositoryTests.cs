using System.Text.Json;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests;

public sealed class VectorRepositoryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_reproducible_repository_opens_and_every_document_equals_its_dump() =>
        await CompareAsync(Path.Combine(TestData.Vectors, "det"), Path.Combine(TestData.Vectors, "det-dump"));

    [Fact]
    public async Task A_repository_of_stock_restic_opens_and_every_document_equals_its_dump() =>
        await CompareAsync(Path.Combine(TestData.RealVectors(), "repo"), Path.Combine(TestData.RealVectors(), "dump"));

    [Fact]
    public async Task Ids_of_the_reproducible_repository_are_what_its_writer_printed()
    {
        await using var backend = new LocalBackend(Path.Combine(TestData.Vectors, "det"), TimeProvider.System);
        await using var repository = await OpenAsync(backend);

        var snapshot = await repository.FindSnapshotAsync("latest", Cancellation);

        var printed = await File.ReadAllTextAsync(Path.Combine(TestData.Vectors, "det-ids.txt"), Cancellation);
        Assert.Contains($"snapshot {snapshot.Id}", printed, StringComparison.Ordinal);
        Assert.Contains($"tree {snapshot.Tree}", printed, StringComparison.Ordinal);
        Assert.Equal(new DateTimeOffset(2024, 1, 2, 3, 4, 5, 678, TimeSpan.Zero).AddTicks(9012), snapshot.Time);
        Assert.Equal("vec", snapshot.HostName);
        Assert.Equal(["/vec"], snapshot.Paths);
    }

    private static async Task<Repository> OpenAsync(IRepositoryBackend backend)
    {
        var repository = await Repository.OpenAsync(backend, "vector", TestRepository.Options, TimeProvider.System, Cancellation);
        await repository.LoadIndexAsync(Cancellation);

        return repository;
    }

    private static async Task CompareAsync(string directory, string dump)
    {
        await using var backend = new LocalBackend(directory, TimeProvider.System);
        await using var repository = await OpenAsync(backend);
        var compared = 0;

        foreach (var file in Directory.EnumerateFiles(dump, "*-*.json"))
        {
            var name = Path.GetFileNameWithoutExtension(file).Split('-');
            var id = ObjectId.Parse(name[1]);
            var actual = name[0] switch
            {
                "tree" => await repository.LoadBlobAsync(BlobType.Tree, id, Cancellation),
                "snapshot" => await repository.Documents.LoadAsync(RepositoryPaths.Snapshots, id, Cancellation),
                "index" => await repository.Documents.LoadAsync(RepositoryPaths.Index, id, Cancellation),
                _ => throw new InvalidOperationException(file),
            };

            Assert.Equal(await File.ReadAllBytesAsync(file, Cancellation), actual);
            compared++;
        }

        Assert.True(compared > 4);
        await ComparePacksAsync(repository, Path.Combine(dump, "packs.json"));
    }

    private static async Task ComparePacksAsync(Repository repository, string dump)
    {
        using var packs = JsonDocument.Parse(await File.ReadAllTextAsync(dump, Cancellation));
        foreach (var expected in packs.RootElement.EnumerateObject())
        {
            var pack = ObjectId.Parse(expected.Name);
            var bytes = await repository.Backend.LoadAsync(RepositoryPaths.Pack(pack), 0, -1, Cancellation);

            var entries = PackHeader.Read(bytes, repository.Sealer);

            Assert.Equal(expected.Value.GetProperty("size").GetInt64(), bytes.Length);
            Assert.Equal(expected.Value.GetProperty("header_length").GetInt32(), entries.Sum(static entry => entry.HeaderLength) + 32);
            Assert.Equal(expected.Value.GetProperty("entries").EnumerateArray().Select(Entry), entries);
            foreach (var entry in entries)
            {
                Assert.NotNull(await repository.LoadBlobAsync(entry.Blob.Type, entry.Blob.Id, Cancellation));
            }
        }
    }

    private static PackEntry Entry(JsonElement entry)
    {
        var plain = entry.GetProperty("uncompressed_length");
        var type = entry.GetProperty("type").GetString() == "tree" ? BlobType.Tree : BlobType.Data;
        return new PackEntry(
            new BlobHandle(type, ObjectId.Parse(entry.GetProperty("id").GetString())),
            entry.GetProperty("offset").GetUInt32(),
            entry.GetProperty("length").GetUInt32(),
            plain.ValueKind == JsonValueKind.Number ? plain.GetUInt32() : 0);
    }
}
