using BackupServer.Repository.Backends;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BackupServer.Repository.Tests.Checking;

public sealed class RepositoryCheckerTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly MemoryBackend _backend = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sound_repository_has_no_problem_and_every_byte_is_read()
    {
        await MakeAsync();

        var report = await CheckAsync(readData: 1);

        Assert.Empty(report.Problems);
        Assert.Empty(report.Hints);
        Assert.Equal(2, report.Snapshots);
        Assert.Equal(report.Packs, report.PacksRead);
        Assert.Equal(Files("data").Sum(path => _backend.Files[path].Length), report.BytesRead);
    }

    [Fact]
    public async Task A_flipped_bit_in_a_data_blob_is_found_by_reading_and_named_with_its_paths()
    {
        await MakeAsync();
        Damage(await PackOfAsync("one"), bytes => bytes[40] ^= 1);

        var structure = await CheckAsync(readData: 0);
        var report = await CheckAsync(readData: 1);

        Assert.Empty(structure.Problems);
        var blob = Assert.Single(report.Problems, static problem => problem.Kind == CheckProblemKind.BlobDamaged);
        Assert.Equal(["/data/one", "/data/one"], blob.Affected.Select(static affected => affected.Path));
        Assert.Contains("authentication tag", blob.Message, StringComparison.Ordinal);
        Assert.Single(report.Problems, static problem => problem.Kind == CheckProblemKind.PackDamaged);
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_in_any_file_is_found()
    {
        await MakeAsync();
        var paths = _backend.Files.Keys.Order(StringComparer.Ordinal).ToArray();

        Prop.ForAll<NonNegativeInt, NonNegativeInt, byte>(async (file, position, bit) =>
        {
            var path = paths[file.Get % paths.Length];
            var original = _backend.Files[path];
            Damage(path, bytes => bytes[position.Get * 7919 % bytes.Length] ^= (byte)(1 << (bit % 8)));
            var found = await FindsAsync();
            _backend.Files[path] = original;

            Assert.True(found, $"{path}, byte {position.Get * 7919 % original.Length}, bit {bit % 8}");
        }).QuickCheckThrowOnFailure();

        Assert.False(await FindsAsync());
    }

    [Fact]
    public async Task A_truncated_pack_is_found_by_its_size()
    {
        await MakeAsync();
        var pack = await PackOfAsync("one");
        _backend.Files[pack] = _backend.Files[pack][..30];

        var report = await CheckAsync(readData: 0);

        var problem = Assert.Single(report.Problems);
        Assert.Equal(CheckProblemKind.PackSize, problem.Kind);
        Assert.Contains(problem.Affected, static affected => affected.Path == "/data/one");
    }

    [Fact]
    public async Task A_pack_that_is_gone_is_named_with_what_needs_it()
    {
        await MakeAsync();
        _backend.Files.Remove(await PackOfAsync("one"));

        var report = await CheckAsync(readData: 1);

        var problem = Assert.Single(report.Problems);
        Assert.Equal(CheckProblemKind.PackMissing, problem.Kind);
        Assert.Contains(problem.Affected, static affected => affected.Path == "/data/one");
    }

    [Fact]
    public async Task A_pack_with_a_second_copy_elsewhere_is_a_problem_that_affects_nothing()
    {
        await MakeAsync();
        await using (var repository = await TestRepository.OpenAsync(_backend))
        {
            var blob = new BlobHandle(BlobType.Data, ObjectId.Of(Content("one")));
            using var content = repository.Codec.Seal(new IdentifiedBlob(blob, Content("one"), Fingerprint: null));
            await WritePackAsync(repository, (blob, content.Bytes.ToArray(), content.UncompressedLength));
        }

        Damage(await PackOfAsync("one"), bytes => bytes[40] ^= 1);
        var report = await CheckAsync(readData: 1);

        Assert.All(report.Problems, static problem => Assert.Empty(problem.Affected));
        Assert.Equal(2, report.Problems.Count);
        await using var reader = await TestRepository.OpenAsync(_backend);
        Assert.Equal(Content("one"), await reader.LoadBlobAsync(BlobType.Data, ObjectId.Of(Content("one")), Cancellation));
    }

    [Fact]
    public async Task A_damaged_index_is_named_and_so_is_what_it_makes_unreachable()
    {
        await MakeAsync();
        var newest = (await ListAsync())[^1];
        var index = await IndexOfAsync(newest.Tree);
        Damage(index, bytes => bytes[20] ^= 1);

        var report = await CheckAsync(readData: 0);

        Assert.Contains(report.Problems, problem => problem.Kind == CheckProblemKind.IndexDamaged && problem.Message.Contains(index, StringComparison.Ordinal));
        var missing = Assert.Single(report.Problems, static problem => problem.Kind == CheckProblemKind.BlobMissing);
        Assert.Equal(new AffectedPath(newest.Id, "/"), Assert.Single(missing.Affected));
    }

    [Fact]
    public async Task A_damaged_snapshot_is_named_and_the_others_are_checked()
    {
        await MakeAsync();
        Damage(Files("snapshots")[0], bytes => bytes[^1] ^= 1);

        var report = await CheckAsync(readData: 0);

        Assert.Equal(CheckProblemKind.SnapshotDamaged, Assert.Single(report.Problems).Kind);
        Assert.Equal(1, report.Snapshots);
    }

    [Fact]
    public async Task A_wrong_uncompressed_length_which_stock_restic_does_not_see_is_found()
    {
        await using (var repository = await TestRepository.InitAsync(_backend))
        {
            var text = new byte[1000];
            var blob = new BlobHandle(BlobType.Data, ObjectId.Of(text));
            using var content = repository.Codec.Seal(new IdentifiedBlob(blob, text, Fingerprint: null));
            await WritePackAsync(repository, (blob, content.Bytes.ToArray(), content.UncompressedLength - 1));
            await SaveTreeAsync(repository, TestRepository.FileNode("short", [blob.Id], 1000));
        }

        var report = await CheckAsync(readData: 1);

        var problem = Assert.Single(report.Problems);
        Assert.Equal(CheckProblemKind.BlobDamaged, problem.Kind);
        Assert.Contains("uncompressed_length", problem.Message, StringComparison.Ordinal);
        Assert.Equal("/short", Assert.Single(problem.Affected).Path);
    }

    [Fact]
    public async Task An_index_that_lies_about_a_pack_is_found()
    {
        await using (var repository = await TestRepository.InitAsync(_backend))
        {
            var blob = new BlobHandle(BlobType.Data, ObjectId.Of("content"u8));
            using var content = repository.Codec.Seal(new IdentifiedBlob(blob, "content"u8.ToArray(), Fingerprint: null));
            var pack = new PackBuilder(1000);
            pack.Add(blob, content.Bytes.Span, content.UncompressedLength);
            pack.Add(new BlobHandle(BlobType.Data, ObjectId.Of("other"u8)), repository.Sealer.Seal("other"u8), 0);
            var (finished, bytes) = pack.Finish(repository.Sealer);
            await _backend.SaveAsync(RepositoryPaths.Pack(finished.Id), bytes, Cancellation);
            var entries = finished.Entries.Take(1).ToList();
            await repository.Documents.SaveAsync(
                RepositoryPaths.Index, IndexOf(new FinishedPack(finished.Id, 0, entries)), Cancellation);
        }

        var report = await CheckAsync(readData: 1);

        Assert.Contains(report.Problems, static problem => problem.Kind == CheckProblemKind.PackSize);
        Assert.Contains(report.Problems, static problem => problem.Message.Contains("the index differ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trees_that_are_no_trees_are_named_with_their_place()
    {
        await using (var repository = await TestRepository.InitAsync(_backend))
        {
            var broken = await repository.SaveBlobAsync(BlobType.Tree, "{\"nodes\":[{\"name\":1"u8.ToArray(), Cancellation);
            await SaveTreeAsync(
                repository,
                TestRepository.DirectoryNode("broken", broken.Id),
                TestRepository.FileNode("null", null, 0),
                TestRepository.FileNode("x/y", [], 0));
        }

        var report = await CheckAsync(readData: 1);

        Assert.All(report.Problems, static problem => Assert.Equal(CheckProblemKind.TreeInvalid, problem.Kind));
        Assert.Contains(report.Problems, static problem => problem.Affected.Any(static affected => affected.Path == "/broken"));
        Assert.Contains(report.Problems, static problem => problem.Message.Contains("'null' has no content list", StringComparison.Ordinal));
        Assert.Contains(report.Problems, static problem => problem.Message.Contains("'x/y' cannot be", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pack_in_no_index_is_only_a_hint()
    {
        await MakeAsync();
        _backend.Files[RepositoryPaths.Pack(ObjectId.Of("left behind"u8))] = "left behind"u8.ToArray();

        var report = await CheckAsync(readData: 1);

        Assert.Empty(report.Problems);
        Assert.Contains("in no index", Assert.Single(report.Hints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_the_packs_is_at_least_one()
    {
        await MakeAsync();

        var report = await CheckAsync(readData: 0.01);

        Assert.Equal(1, report.PacksRead);
    }

    [Fact]
    public async Task Only_the_packs_and_snapshot_of_one_backup_are_checked_when_asked_for()
    {
        await MakeAsync();
        Damage(await PackOfAsync("one"), bytes => bytes[40] ^= 1);
        await using var repository = await TestRepository.OpenAsync(_backend);
        var snapshot = await TestRepository.BackUpAsync(repository, Now.AddDays(9), [("new", [Content("new")])]);
        var options = new CheckOptions { Snapshots = [snapshot.Id], Packs = repository.WrittenPacks, ReadDataFraction = 1 };

        var report = await new RepositoryChecker(repository, options).CheckAsync(Cancellation);

        Assert.Empty(report.Problems);
        Assert.Equal(2, report.PacksRead);
        Assert.Equal(1, report.Snapshots);
    }

    private static byte[] Content(string name) => TestRepository.Noise(name.Length * 1000 + name[0], 5000);

    private static ReadOnlyMemory<byte> IndexOf(FinishedPack pack) => BackupServer.Repository.Indexing.IndexEncoder.Encode([pack]);

    private static Task<Snapshot> SaveTreeAsync(Repository repository, params Node[] nodes) => SaveTreeAsync(repository, TreeCodec.Encode(nodes));

    private static async Task<Snapshot> SaveTreeAsync(Repository repository, byte[] tree)
    {
        var root = await repository.SaveBlobAsync(BlobType.Tree, tree, Cancellation);
        return await repository.SaveSnapshotAsync(new Snapshot { Time = Now, Tree = root.Id, Paths = ["/"] }, Cancellation);
    }

    private static async Task WritePackAsync(Repository repository, (BlobHandle Blob, byte[] Sealed, int Plain) content)
    {
        var pack = new PackBuilder(1000);
        pack.Add(content.Blob, content.Sealed, content.Plain);
        var (finished, bytes) = pack.Finish(repository.Sealer);
        await repository.Backend.SaveAsync(RepositoryPaths.Pack(finished.Id), bytes, Cancellation);
        await repository.Documents.SaveAsync(RepositoryPaths.Index, IndexOf(finished), Cancellation);
    }

    private async Task MakeAsync()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        await TestRepository.BackUpAsync(repository, Now, [("one", [Content("one")]), ("two", [Content("two")])]);
        await TestRepository.BackUpAsync(repository, Now.AddDays(1), [("one", [Content("one")]), ("three", [Content("three")])]);
    }

    private async Task<IReadOnlyList<Snapshot>> ListAsync()
    {
        await using var repository = await TestRepository.OpenAsync(_backend);
        return await repository.ListSnapshotsAsync(Cancellation);
    }

    private async Task<string> PackOfAsync(string name)
    {
        await using var repository = await TestRepository.OpenAsync(_backend);
        Assert.True(repository.TryLocateBlob(BlobType.Data, ObjectId.Of(Content(name)), out var location));

        return RepositoryPaths.Pack(location.Pack);
    }

    private async Task<string> IndexOfAsync(ObjectId tree)
    {
        await using var repository = await TestRepository.OpenAsync(_backend);
        foreach (var path in Files("index"))
        {
            var json = await repository.Documents.LoadAsync(RepositoryPaths.Index, ObjectId.Parse(path.AsSpan(6)), Cancellation);
            if (System.Text.Encoding.UTF8.GetString(json).Contains(tree.ToString(), StringComparison.Ordinal))
            {
                return path;
            }
        }

        throw new InvalidOperationException("no index has the tree");
    }

    private List<string> Files(string directory) =>
        [.. _backend.Files.Keys.Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private void Damage(string path, Action<byte[]> change)
    {
        var bytes = _backend.Files[path].ToArray();
        change(bytes);
        _backend.Files[path] = bytes;
    }

    private async Task<bool> FindsAsync()
    {
        try
        {
            return !(await CheckAsync(readData: 1)).IsClean;
        }
        catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.WrongPassword)
        {
            return true;
        }
    }

    private async Task<CheckReport> CheckAsync(double readData)
    {
        await using var repository = await Repository.OpenAsync(
            _backend, TestRepository.Password, TestRepository.Options, TimeProvider.System, Cancellation);
        return await new RepositoryChecker(repository, new CheckOptions { ReadDataFraction = readData }).CheckAsync(Cancellation);
    }
}
