using System.Text;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Keys;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Hostile;

public sealed class HostileDocumentsTests
{
    private static CancellationToken Cancellation => HostileRepository.Cancellation;

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"tree\":null}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"tree\":null,\"paths\":null}")]
    [InlineData("{\"time\":\"never\",\"tree\":\"%ID%\",\"paths\":[]}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"tree\":\"%ID%\",\"paths\":7}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"tree\":\"%ID%\",\"paths\":[{}]}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"tree\":\"zz\",\"paths\":[]}")]
    [InlineData("{\"time\":\"2026-01-01T00:00:00Z\",\"tree\":\"%ID%\",\"paths\":[],\"uid\":-1}")]
    public async Task A_snapshot_that_is_no_snapshot_is_damaged_and_nothing_else(string json)
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        ObjectId id = hostile.Document(RepositoryPaths.Snapshots, Encoding.UTF8.GetBytes(json.Replace("%ID%", ObjectId.Of("x"u8).ToString(), StringComparison.Ordinal)));

        CheckReport check = await hostile.CheckAsync();
        await using Repository repository = await hostile.OpenAsync();
        RepositoryException refused = await Assert.ThrowsAsync<RepositoryException>(() => repository.LoadSnapshotAsync(id, Cancellation));

        Assert.Equal(RepositoryErrorKind.Damaged, refused.Kind);
        CheckProblem problem = Assert.Single(check.Problems);
        Assert.Equal(CheckProblemKind.SnapshotDamaged, problem.Kind);
        Assert.Contains(id.ToString(), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_with_nulls_for_empty_lists_as_Go_writes_them_is_read()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        ObjectId tree = await hostile.TreeAsync("{\"nodes\":null}\n");
        ObjectId id = hostile.Document(
            RepositoryPaths.Snapshots, Encoding.UTF8.GetBytes($"{{\"time\":\"2026-01-01T00:00:00Z\",\"tree\":\"{tree}\",\"paths\":null,\"tags\":[null,\"a=b\"],\"excludes\":null}}"));

        await using Repository repository = await hostile.OpenAsync();
        Snapshot snapshot = await repository.LoadSnapshotAsync(id, Cancellation);

        Assert.Empty(snapshot.Paths);
        Assert.Equal("b", snapshot.Tag("a"));
        Assert.True((await hostile.CheckAsync()).IsClean);
    }

    [Fact]
    public async Task Deeply_nested_and_endless_json_is_refused_everywhere_with_the_place()
    {
        string deep = string.Concat(Enumerable.Repeat("[", 100_000));
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        ObjectId tree = await hostile.TreeAsync("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"content\":" + deep);
        ObjectId skipped = await hostile.TreeAsync("{\"unknown\":" + deep);
        ObjectId endless = await hostile.TreeAsync("{\"nodes\":[{\"name\":\"" + new string('x', 5 << 20) + "\",\"type\":\"file\",\"content\":[]}]}");
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync(
            TestRepository.DirectoryNode("deep", tree), TestRepository.DirectoryNode("endless", endless), TestRepository.DirectoryNode("skipped", skipped)));
        hostile.Document(RepositoryPaths.Index, Encoding.UTF8.GetBytes("{\"packs\":" + deep));
        hostile.Document(RepositoryPaths.Index, Encoding.UTF8.GetBytes("{\"packs\":[{\"id\":\"" + new string('a', 1 << 20)));

        CheckReport check = await hostile.CheckAsync();

        Assert.Equal(2, check.Problems.Count(static problem => problem.Kind == CheckProblemKind.IndexDamaged));
        Assert.Equal(["/deep", "/skipped"], check.Problems.Where(static problem => problem.Kind == CheckProblemKind.TreeInvalid).SelectMany(static problem => problem.Affected).Select(static affected => affected.Path).Order());
        RestoreProblem[] problems = [.. (await RestoreIgnoringIndexAsync(hostile, snapshot)).Problems.Where(static problem => problem.Kind != RestoreProblemKind.Owner)];
        Assert.Equal(3, problems.Length);
        Assert.Contains(problems, static problem => problem.Kind == RestoreProblemKind.NotWritten && problem.Path.StartsWith("endless/xxx", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tree_that_is_no_tree_stops_a_listing_with_a_reason_and_not_with_a_stack_trace()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync("{\"nodes\":[{\"name\":7}]}"));
        await using Repository repository = await hostile.OpenAsync();
        SnapshotReader reader = new(repository, snapshot);

        RepositoryException listing = await Assert.ThrowsAsync<RepositoryException>(async () => await reader.ListAsync("/", Cancellation).ToListAsync(Cancellation));
        RepositoryException finding = await Assert.ThrowsAsync<RepositoryException>(() => reader.FindAsync("/a", Cancellation));

        Assert.Equal((RepositoryErrorKind.Damaged, RepositoryErrorKind.Damaged), (listing.Kind, finding.Kind));
        Assert.Contains(snapshot.Tree.ToString(), listing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blobs_of_the_wrong_type_are_not_taken_for_each_other()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        byte[] json = TreeCodec.Encode([TestRepository.FileNode("inner", [], 0)]);
        ObjectId onlyData = await hostile.DataAsync(json);
        ObjectId onlyTree = await hostile.TreeAsync(TestRepository.FileNode("other", [], 0));
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync(
            TestRepository.DirectoryNode("data-as-tree", onlyData), TestRepository.FileNode("tree-as-data", [onlyTree], 5)));

        RestoreResult restore = await hostile.RestoreAsync(snapshot);
        CheckReport check = await hostile.CheckAsync();

        Assert.Equal(["data-as-tree", "tree-as-data"], restore.Problems.Where(static problem => problem.Kind == RestoreProblemKind.Damaged).Select(static problem => problem.Path).Order());
        Assert.Empty(Directory.GetFileSystemEntries(hostile.Target, "*", SearchOption.AllDirectories));
        Assert.Equal(["/data-as-tree", "/tree-as-data"], check.Problems.SelectMany(static problem => problem.Affected).Select(static affected => affected.Path).Order());
        Assert.All(check.Problems, static problem => Assert.Equal(CheckProblemKind.BlobMissing, problem.Kind));
    }

    [Fact]
    public async Task A_pack_header_that_gives_a_blob_another_type_is_found_by_check()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        byte[] content = hostile.Sealed("data"u8, compressed: false);
        PackEntry entry = new(new BlobHandle(BlobType.Data, ObjectId.Of("data"u8)), 0, (uint)content.Length, 0);
        byte[] header = hostile.Writer.Sealer.Seal(PackHeader.Encode([entry with { Blob = entry.Blob with { Type = BlobType.Tree } }]));
        byte[] pack = [.. content, .. header, .. BitConverter.GetBytes(header.Length)];
        ObjectId id = ObjectId.Of(pack);
        hostile.Backend.Files[RepositoryPaths.Pack(id)] = pack;
        await hostile.Writer.Documents.SaveAsync(RepositoryPaths.Index, IndexEncoder.Encode([new FinishedPack(id, pack.Length, [entry])]), Cancellation);

        CheckReport check = await hostile.CheckAsync();

        CheckProblem problem = Assert.Single(check.Problems);
        Assert.Equal(CheckProblemKind.PackDamaged, problem.Kind);
        Assert.Contains("the index differ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1 << 30, 8, 1)]
    [InlineData(1 << 20, 8, 1)]
    [InlineData(1024, 8, int.MaxValue)]
    [InlineData(1024, 1 << 20, 1)]
    [InlineData(32768, 8, 100_000)]
    [InlineData(1000, 8, 1)]
    [InlineData(0, 0, 0)]
    [InlineData(-1, -1, -1)]
    public async Task A_key_with_huge_or_impossible_scrypt_parameters_costs_nothing_and_keeps_no_other_from_opening(int n, int r, int p)
    {
        MemoryBackend backend = new();
        await (await TestRepository.InitAsync(backend)).DisposeAsync();
        string honest = backend.Files.Keys.Single(static path => path.StartsWith("keys/", StringComparison.Ordinal));
        AddKey(backend, Encoding.UTF8.GetBytes(
            $"{{\"created\":\"2026-01-01T00:00:00Z\",\"username\":\"u\",\"hostname\":\"h\",\"kdf\":\"scrypt\",\"N\":{n},\"r\":{r},\"p\":{p},\"salt\":\"{Convert.ToBase64String(new byte[64])}\",\"data\":\"AAAA\"}}"));

        await (await TestRepository.OpenAsync(backend)).DisposeAsync();
        backend.Files.Remove(honest);
        RepositoryException refused = await Assert.ThrowsAsync<RepositoryException>(() => TestRepository.OpenAsync(backend));

        Assert.Contains($"N={n} r={r} p={p}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"kdf\":null}")]
    [InlineData("{\"created\":\"2026-01-01T00:00:00Z\",\"username\":\"u\",\"hostname\":\"h\",\"kdf\":\"scrypt\",\"N\":1024,\"r\":8,\"p\":1,\"salt\":null,\"data\":null}")]
    [InlineData("{\"created\":null,\"username\":null,\"hostname\":null,\"kdf\":\"scrypt\",\"N\":1024,\"r\":8,\"p\":1,\"salt\":null,\"data\":null}")]
    [InlineData("{\"created\":\"2026-01-01T00:00:00Z\",\"username\":\"u\",\"hostname\":\"h\",\"kdf\":\"argon2\",\"N\":1024,\"r\":8,\"p\":1,\"salt\":\"AA==\",\"data\":\"AA==\"}")]
    [InlineData("{\"created\":\"2026-01-01T00:00:00Z\",\"username\":\"u\",\"hostname\":\"h\",\"kdf\":\"scrypt\",\"N\":99999999999,\"r\":8,\"p\":1,\"salt\":\"AA==\",\"data\":\"AA==\"}")]
    public async Task A_key_file_that_is_no_key_keeps_no_other_from_opening(string json)
    {
        MemoryBackend backend = new();
        await (await TestRepository.InitAsync(backend)).DisposeAsync();
        string honest = backend.Files.Keys.Single(static path => path.StartsWith("keys/", StringComparison.Ordinal));
        AddKey(backend, Encoding.UTF8.GetBytes(json));

        await (await TestRepository.OpenAsync(backend)).DisposeAsync();
        backend.Files.Remove(honest);
        RepositoryException refused = await Assert.ThrowsAsync<RepositoryException>(() => TestRepository.OpenAsync(backend));

        Assert.Equal(RepositoryErrorKind.Damaged, refused.Kind);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{\"mac\":null,\"encrypt\":null}")]
    [InlineData("{\"mac\":{\"k\":\"AA==\",\"r\":\"AA==\"},\"encrypt\":\"AA==\"}")]
    [InlineData("not json")]
    public async Task A_key_file_whose_secret_is_no_master_key_keeps_no_other_from_opening(string secret)
    {
        MemoryBackend backend = new();
        await (await TestRepository.InitAsync(backend)).DisposeAsync();
        byte[] salt = new byte[64];
        using MasterKey wrap = PasswordKey.Derive(TestRepository.Password, salt, ScryptParameters.MachineSecret);
        using Sealer sealer = new(wrap);
        string data = Convert.ToBase64String(sealer.Seal(Encoding.UTF8.GetBytes(secret)));
        AddKey(backend, Encoding.UTF8.GetBytes(
            $"{{\"created\":\"2026-01-01T00:00:00Z\",\"username\":\"u\",\"hostname\":\"h\",\"kdf\":\"scrypt\",\"N\":1024,\"r\":8,\"p\":1,\"salt\":\"{Convert.ToBase64String(salt)}\",\"data\":\"{data}\"}}"));

        await using Repository repository = await TestRepository.OpenAsync(backend);

        Assert.NotEqual(default, repository.Id);
    }

    [Fact]
    public async Task Of_thousands_of_key_files_only_some_are_tried()
    {
        MemoryBackend backend = new();
        await (await TestRepository.InitAsync(backend)).DisposeAsync();
        backend.Files.Remove(backend.Files.Keys.Single(static path => path.StartsWith("keys/", StringComparison.Ordinal)));
        for (int i = 0; i < 5000; i++)
        {
            AddKey(backend, Encoding.UTF8.GetBytes($"{{\"number\":{i}}}"));
        }

        RepositoryException refused = await Assert.ThrowsAsync<RepositoryException>(() => TestRepository.OpenAsync(backend));

        Assert.Contains("only the first 100", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", RepositoryErrorKind.Damaged)]
    [InlineData("{}", RepositoryErrorKind.Damaged)]
    [InlineData("{\"version\":2,\"id\":\"zz\",\"chunker_polynomial\":\"3da3358b4dc173\"}", RepositoryErrorKind.Damaged)]
    [InlineData("{\"version\":2,\"id\":\"%ID%\",\"chunker_polynomial\":null}", RepositoryErrorKind.Damaged)]
    [InlineData("{\"version\":2,\"id\":\"%ID%\",\"chunker_polynomial\":\"2\"}", RepositoryErrorKind.Damaged)]
    [InlineData("{\"version\":3,\"id\":\"%ID%\",\"chunker_polynomial\":\"3da3358b4dc173\"}", RepositoryErrorKind.Unsupported)]
    [InlineData("{\"version\":2147483647,\"id\":\"%ID%\",\"chunker_polynomial\":\"3da3358b4dc173\"}", RepositoryErrorKind.Unsupported)]
    public async Task A_config_that_is_no_config_is_refused_with_its_reason(string json, RepositoryErrorKind kind)
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        hostile.Backend.Files[RepositoryPaths.Config] = hostile.Writer.Sealer.Seal(Encoding.UTF8.GetBytes(json.Replace("%ID%", ObjectId.Of("x"u8).ToString(), StringComparison.Ordinal)));

        RepositoryException refused = await Assert.ThrowsAsync<RepositoryException>(hostile.OpenAsync);

        Assert.Equal(kind, refused.Kind);
        Assert.Contains("memory", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_config_of_megabytes_is_refused_unread()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        hostile.Backend.Files[RepositoryPaths.Config] = new byte[2 << 20];

        RepositoryException refused = await Assert.ThrowsAsync<RepositoryException>(hostile.OpenAsync);

        Assert.Contains("2097152 bytes of 'config'", refused.Message, StringComparison.Ordinal);
    }

    private static void AddKey(MemoryBackend backend, byte[] content) => backend.Files[RepositoryPaths.File(RepositoryPaths.Keys, ObjectId.Of(content))] = content;

    private static async Task<RestoreResult> RestoreIgnoringIndexAsync(HostileRepository hostile, Snapshot snapshot) =>
        await new Restorer(new SnapshotReader(hostile.Writer, snapshot)).RestoreAsync(new RestoreOptions { Target = hostile.Target }, Cancellation);
}
