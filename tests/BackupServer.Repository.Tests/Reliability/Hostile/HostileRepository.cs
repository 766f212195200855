using System.Text;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Compression;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Files;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Hostile;

/// <summary>
/// A repository whose writer has the key and means harm: packs, indexes and documents are made piece by piece with the library's own low-level writers, so that each can lie.
/// Beside it a target to restore into and an outside that nothing may reach.
/// </summary>
internal sealed class HostileRepository : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private HostileRepository(Repository repository, MemoryBackend backend)
    {
        Writer = repository;
        Backend = backend;
        Outside = _folder.MakeDirectory("outside");
        File.WriteAllText(Path.Combine(Outside, "victim"), "untouched");
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public MemoryBackend Backend { get; }

    /// <summary>The writer's view of the repository.</summary>
    public Repository Writer { get; }

    public string Target => _folder["target"];

    public string Outside { get; }

    public static async Task<HostileRepository> CreateAsync()
    {
        MemoryBackend backend = new();
        return new HostileRepository(await TestRepository.InitAsync(backend), backend);
    }

    public async Task<ObjectId> DataAsync(byte[] content) => (await Writer.SaveBlobAsync(BlobType.Data, content, Cancellation)).Id;

    public async Task<ObjectId> TreeAsync(string json) => (await Writer.SaveBlobAsync(BlobType.Tree, Encoding.UTF8.GetBytes(json), Cancellation)).Id;

    public async Task<ObjectId> TreeAsync(params Node[] nodes) => (await Writer.SaveBlobAsync(BlobType.Tree, TreeCodec.Encode(nodes), Cancellation)).Id;

    public Task<Snapshot> SnapshotAsync(ObjectId tree) => Writer.SaveSnapshotAsync(
        new Snapshot { Time = DateTimeOffset.UnixEpoch, Tree = tree, Paths = ["/hostile"], HostName = "test" }, Cancellation);

    /// <summary>A blob as it would be stored, without the limits and proofs of the engine.</summary>
    public byte[] Sealed(ReadOnlySpan<byte> plaintext, bool compressed)
    {
        if (!compressed)
        {
            return Writer.Sealer.Seal(plaintext);
        }

        byte[] frame = new byte[Zstd.MaximumLength(plaintext.Length)];
        return Writer.Sealer.Seal(frame.AsSpan(0, Zstd.Compress(plaintext, frame, 1)));
    }

    /// <summary>Stores a pack with these sealed bytes, and an index that says of it what the entries say.</summary>
    public async Task<ObjectId> PackAsync(byte[] content, params PackEntry[] entries)
    {
        byte[] header = Writer.Sealer.Seal(PackHeader.Encode(entries));
        byte[] pack = [.. content, .. header, .. BitConverter.GetBytes(header.Length)];
        ObjectId id = ObjectId.Of(pack);
        Backend.Files[RepositoryPaths.Pack(id)] = pack;
        await Writer.Documents.SaveAsync(RepositoryPaths.Index, IndexEncoder.Encode([new FinishedPack(id, pack.Length, entries)]), Cancellation);
        return id;
    }

    /// <summary>Stores a sealed document of any bytes, compressed, however long.</summary>
    public ObjectId Document(string directory, ReadOnlySpan<byte> json)
    {
        byte[] plain = new byte[1 + Zstd.MaximumLength(json.Length)];
        plain[0] = 2;
        byte[] content = Writer.Sealer.Seal(plain.AsSpan(0, 1 + Zstd.Compress(json, plain.AsSpan(1), 3)));
        ObjectId id = ObjectId.Of(content);
        Backend.Files[RepositoryPaths.File(directory, id)] = content;
        return id;
    }

    /// <summary>Opens it as a victim would.</summary>
    public async Task<Repository> OpenAsync()
    {
        await Writer.FlushAsync(Cancellation);
        return await TestRepository.OpenAsync(Backend);
    }

    public async Task<RestoreResult> RestoreAsync(Snapshot snapshot, Func<RestoreOptions, RestoreOptions>? change = null)
    {
        await using Repository repository = await OpenAsync();
        RestoreOptions options = new() { Target = Target };
        return await new Restorer(new SnapshotReader(repository, snapshot)).RestoreAsync(change?.Invoke(options) ?? options, Cancellation);
    }

    public async Task<CheckReport> CheckAsync()
    {
        await Writer.FlushAsync(Cancellation);
        await using Repository repository = await Repository.OpenAsync(
            Backend, TestRepository.Password, TestRepository.Options, TimeProvider.System, Cancellation);
        return await new RepositoryChecker(repository, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);
    }

    /// <summary>Nothing beside the target was made, changed or removed.</summary>
    public void AssertNothingOutside()
    {
        Assert.Equal(["outside", "target"], Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName).Union(["target"]).Order());
        Assert.Equal([Path.Combine(Outside, "victim")], Directory.GetFileSystemEntries(Outside));
        Assert.Equal("untouched", File.ReadAllText(Path.Combine(Outside, "victim")));
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        _folder.Dispose();
    }
}
