using System.Text;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Files;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Damaged;

/// <summary>
/// Two snapshots: <c>/one</c> and <c>/sub/two</c> are in both, <c>/only-first</c> and <c>/only-second</c> in one. Each blob has a pack of its own, so that a damage has a small
/// and known reach. Offers the damages, and what check and restore say afterwards.
/// </summary>
internal sealed class DamagedRepository
{
    private static readonly RepositoryOptions Options = TestRepository.Options with { PackSize = 1 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public required MemoryBackend Backend { get; init; }

    public required Snapshot First { get; init; }

    public required Snapshot Second { get; init; }

    /// <summary>Opens the files once more before they are damaged, to know keys and places.</summary>
    public required Repository Before { get; init; }

    public static byte[] Content(string name) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"{name} has lines that compress\n", 200)));

    public static async Task<DamagedRepository> CreateAsync()
    {
        MemoryBackend backend = new();
        await using (Repository writer = await TestRepository.InitAsync(backend, Options))
        {
            await BackUpAsync(writer, 1, "only-first");
        }

        await using (Repository writer = await TestRepository.OpenAsync(backend, Options))
        {
            await BackUpAsync(writer, 2, "only-second");
        }

        Repository before = await TestRepository.OpenAsync(backend);
        IReadOnlyList<Snapshot> snapshots = await before.ListSnapshotsAsync(Cancellation);
        return new DamagedRepository { Backend = backend, Before = before, First = snapshots[0], Second = snapshots[1] };
    }

    /// <summary>The pack that holds a file's content.</summary>
    public string DataPack(string name) => Pack(new BlobHandle(BlobType.Data, ObjectId.Of(Content(name))));

    public string Pack(BlobHandle blob)
    {
        Assert.True(Before.TryLocateBlob(blob.Type, blob.Id, out BlobLocation location));
        return RepositoryPaths.Pack(location.Pack);
    }

    public List<string> Files(string directory) =>
        [.. Backend.Files.Keys.Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public void Change(string path, Func<byte[], byte[]> change) => Backend.Files[path] = change([.. Backend.Files[path]]);

    public void Flip(string path, int position) => Change(path, bytes =>
    {
        bytes[position < 0 ? bytes.Length + position : position] ^= 4;
        return bytes;
    });

    /// <summary>Writes a pack anew under its right name with another header and index entry for its blob, in place of the old.</summary>
    public async Task RewriteAsync(string name, Func<PackEntry, PackEntry> inIndex, Func<PackEntry, PackEntry> inHeader)
    {
        BlobHandle blob = new(BlobType.Data, ObjectId.Of(Content(name)));
        Assert.True(Before.TryLocateBlob(blob.Type, blob.Id, out BlobLocation location));
        byte[] content = Backend.Files[RepositoryPaths.Pack(location.Pack)].AsSpan((int)location.Offset, (int)location.Length).ToArray();
        PackEntry entry = new(blob, 0, location.Length, location.UncompressedLength);
        byte[] header = Before.Sealer.Seal(PackHeader.Encode([inHeader(entry)]));
        byte[] pack = [.. content, .. header, .. BitConverter.GetBytes(header.Length)];
        ObjectId id = ObjectId.Of(pack);
        Backend.Files.Remove(RepositoryPaths.Pack(location.Pack));
        Backend.Files[RepositoryPaths.Pack(id)] = pack;
        await ReplaceIndexAsync(location.Pack, new FinishedPack(id, pack.Length, [inIndex(entry)]));
    }

    /// <summary>Writes all indexes as one in which a pack is another, or is not.</summary>
    public async Task ReplaceIndexAsync(ObjectId old, FinishedPack? replacement)
    {
        List<FinishedPack> packs = replacement is null ? [] : [replacement];
        PackGroups groups = Before.Index.GroupByPack();
        for (int pack = 0; pack < groups.PackCount; pack++)
        {
            if (Before.Index.Pack(pack) != old)
            {
                IndexEntry[] entries = [.. groups.Entries(pack).ToArray().Select(Before.Index.Entry)];
                packs.Add(new FinishedPack(Before.Index.Pack(pack), 0, [.. entries.Select(static e => new PackEntry(e.Blob, e.Offset, e.Length, e.UncompressedLength))]));
            }
        }

        Files(RepositoryPaths.Index).ForEach(path => Backend.Files.Remove(path));
        await Before.Documents.SaveAsync(RepositoryPaths.Index, IndexEncoder.Encode(packs), Cancellation);
    }

    /// <summary>Stores another copy of a file's blob.</summary>
    public async Task AddCopyAsync(string name, Action<byte[]>? damage = null)
    {
        BlobHandle blob = new(BlobType.Data, ObjectId.Of(Content(name)));
        using SealedBlob content = Before.Codec.Seal(new IdentifiedBlob(blob, Content(name), Fingerprint: null));
        byte[] bytes = content.Bytes.ToArray();
        damage?.Invoke(bytes);
        PackBuilder builder = new(1000);
        builder.Add(blob, bytes, content.UncompressedLength);
        (FinishedPack pack, ReadOnlyMemory<byte> packed) = builder.Finish(Before.Sealer);
        Backend.Files[RepositoryPaths.Pack(pack.Id)] = packed.ToArray();
        await Before.Documents.SaveAsync(RepositoryPaths.Index, IndexEncoder.Encode([pack]), Cancellation);
    }

    public async Task<CheckReport> CheckAsync()
    {
        await using Repository repository = await Repository.OpenAsync(Backend, TestRepository.Password, TestRepository.Options, TimeProvider.System, Cancellation);
        return await new RepositoryChecker(repository, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(Cancellation);
    }

    /// <summary>Restores every snapshot that can be read; the paths that did not come back, after proving that everything that did is right.</summary>
    public async Task<IReadOnlyList<AffectedPath>> LostAsync()
    {
        await using Repository repository = await Repository.OpenAsync(Backend, TestRepository.Password, TestRepository.Options, TimeProvider.System, Cancellation);
        List<AffectedPath> lost = [];
        try
        {
            await repository.LoadIndexAsync(Cancellation);
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.Damaged)
        {
            return [new AffectedPath(default, "index: " + e.Message)];
        }

        foreach ((Snapshot snapshot, string own) in new[] { (First, "only-first"), (Second, "only-second") })
        {
            using TemporaryFolder folder = new();
            lost.AddRange(await RestoreAsync(repository, snapshot, folder["target"], own));
        }

        return lost;
    }

    private static async Task<List<AffectedPath>> RestoreAsync(Repository repository, Snapshot snapshot, string target, string own)
    {
        RestoreResult result;
        try
        {
            SnapshotReader reader = await SnapshotReader.OpenAsync(repository, snapshot.Id.ToString(), Cancellation);
            result = await new Restorer(reader).RestoreAsync(new RestoreOptions { Target = target }, Cancellation);
        }
        catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
        {
            return [new AffectedPath(snapshot.Id, "/")];
        }

        List<AffectedPath> lost = [];
        foreach (string name in (string[])["one", "sub/two", own])
        {
            string path = Path.Combine(target, name);
            if (File.Exists(path))
            {
                Assert.Equal(Content(Path.GetFileName(name)), await File.ReadAllBytesAsync(path, Cancellation));
            }
            else
            {
                lost.Add(new AffectedPath(snapshot.Id, "/" + name));
            }
        }

        Assert.Equal(lost.Count > 0, result.Problems.Any(static problem => problem.Kind == RestoreProblemKind.Damaged));
        return lost;
    }

    private static async Task<Snapshot> BackUpAsync(Repository repository, int day, string own)
    {
        async Task<Node> FileAsync(string name) => TestRepository.FileNode(
            name, [(await repository.SaveBlobAsync(BlobType.Data, Content(name), Cancellation)).Id], Content(name).Length);
        SavedBlob sub = await repository.SaveBlobAsync(BlobType.Tree, TreeCodec.Encode([await FileAsync("two")]), Cancellation);
        SavedBlob root = await repository.SaveBlobAsync(
            BlobType.Tree, TreeCodec.Encode([await FileAsync("one"), await FileAsync(own), TestRepository.DirectoryNode("sub", sub.Id)]), Cancellation);
        return await repository.SaveSnapshotAsync(
            new Snapshot { Time = DateTimeOffset.UnixEpoch.AddDays(day), Tree = root.Id, Paths = ["/"], HostName = "test" }, Cancellation);
    }
}
