using BackupServer.Repository.Checking;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Tests.Reliability.Damaged;

/// <summary>Each damage by name: check must recognise it, and name exactly the paths that a restore then cannot give.</summary>
public sealed class DamagedFixtureTests
{
    private static readonly Dictionary<string, (CheckProblemKind Kind, string Words, string[] Lost, Func<DamagedRepository, Task> Damage)> Damages = new()
    {
        ["missing data pack"] = (CheckProblemKind.PackMissing, "does not exist", ["1:/one", "2:/one"], Do(r => r.Backend.Files.Remove(r.DataPack("one")))),
        ["missing data pack of one snapshot"] = (CheckProblemKind.PackMissing, "does not exist", ["2:/only-second"], Do(r => r.Backend.Files.Remove(r.DataPack("only-second")))),
        ["missing tree pack"] = (CheckProblemKind.PackMissing, "does not exist", ["1:/"], Do(r => r.Backend.Files.Remove(r.Pack(new BlobHandle(BlobType.Tree, r.First.Tree))))),
        ["missing pack of a shared directory"] = (CheckProblemKind.PackMissing, "does not exist", ["1:/sub", "2:/sub"], Do(r => r.Backend.Files.Remove(r.Pack(SubTree(r))))),
        ["pack cut in its blob"] = (CheckProblemKind.PackSize, "bytes, but what the index says", ["1:/one", "2:/one"], Do(r => r.Change(r.DataPack("one"), static pack => pack[..20]))),
        ["pack cut to nothing"] = (CheckProblemKind.PackSize, "has 0 bytes", ["1:/one", "2:/one"], Do(r => r.Change(r.DataPack("one"), static _ => []))),
        ["pack with a tail"] = (CheckProblemKind.PackSize, "bytes, but what the index says", [], Do(r => r.Change(r.DataPack("one"), static pack => [.. pack, 1, 2, 3]))),
        ["flipped bit in a data blob"] = (CheckProblemKind.BlobDamaged, "authentication tag", ["1:/one", "2:/one"], Do(r => r.Flip(r.DataPack("one"), 20))),
        ["flipped bit in a tree blob"] = (CheckProblemKind.BlobDamaged, "authentication tag", ["1:/sub", "2:/sub"], Do(r => r.Flip(r.Pack(SubTree(r)), 20))),
        ["flipped bit in a pack's header"] = (CheckProblemKind.PackDamaged, "no readable header", [], Do(r => r.Flip(r.DataPack("one"), -10))),
        ["wrong length of a pack's header"] = (CheckProblemKind.PackDamaged, "the header's length", [], Do(r => r.Flip(r.DataPack("one"), -1))),
        ["pack header that names another blob"] = (CheckProblemKind.PackDamaged, "header of pack", [], r => r.RewriteAsync("one", Same, static e => e with { Blob = e.Blob with { Id = ObjectId.Of("other"u8) } })),
        ["pack header of the wrong blob type"] = (CheckProblemKind.PackDamaged, "header of pack", [], r => r.RewriteAsync("one", Same, static e => e with { Blob = e.Blob with { Type = BlobType.Tree } })),
        ["uncompressed length one too small"] = (CheckProblemKind.BlobDamaged, "uncompressed_length", ["1:/one", "2:/one"], r => r.RewriteAsync("one", Less, Less)),
        ["uncompressed length one too large"] = (CheckProblemKind.BlobDamaged, "uncompressed_length", ["1:/one", "2:/one"], r => r.RewriteAsync("one", More, More)),
        ["index of the wrong blob type"] = (CheckProblemKind.BlobMissing, "is in no index", ["1:/one", "2:/one"], r => r.RewriteAsync("one", static e => e with { Blob = e.Blob with { Type = BlobType.Tree } }, Same)),
        ["index with a wrong offset"] = (CheckProblemKind.BlobDamaged, "authentication tag", ["1:/one", "2:/one"], r => r.RewriteAsync("one", static e => e with { Offset = e.Offset + 1 }, Same)),
        ["index without a pack"] = (CheckProblemKind.BlobMissing, "is in no index", ["1:/one", "2:/one"], r => r.ReplaceIndexAsync(ObjectId.Parse(Path.GetFileName(r.DataPack("one"))), null)),
        ["missing index"] = (CheckProblemKind.BlobMissing, "is in no index", ["1:/", "2:/one", "2:/sub"], Do(r => r.Backend.Files.Remove(IndexOf(r, r.First.Tree)))),
        ["duplicate blob of which one copy is damaged"] = (CheckProblemKind.BlobDamaged, "authentication tag", [], r => r.AddCopyAsync("one", static bytes => bytes[20] ^= 1)),
        ["damaged snapshot"] = (CheckProblemKind.SnapshotDamaged, "cannot be read", ["1:/"], Do(r => r.Flip(SnapshotFile(r.First), 20))),
        ["cut snapshot"] = (CheckProblemKind.SnapshotDamaged, "cannot be read", ["1:/"], Do(r => r.Change(SnapshotFile(r.First), static bytes => bytes[..10]))),
        ["empty snapshot"] = (CheckProblemKind.SnapshotDamaged, "cannot be read", ["1:/"], Do(r => r.Change(SnapshotFile(r.First), static _ => []))),
        ["snapshot under the name of another"] = (CheckProblemKind.SnapshotDamaged, "hash that its name says", ["1:/"], Do(r => r.Backend.Files[SnapshotFile(r.First)] = r.Backend.Files[SnapshotFile(r.Second)])),
    };

    public static TheoryData<string> Names => [.. Damages.Keys];

    /// <summary>What a restore cannot give after a damage, as <c>snapshot:path</c>.</summary>
    internal static string[] LostBy(string name) => Damages[name].Lost;

    internal static async Task<DamagedRepository> DamageAsync(string name)
    {
        DamagedRepository repository = await DamagedRepository.CreateAsync();
        await Damages[name].Damage(repository);
        return repository;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_damage_is_recognised_and_named_with_exactly_what_a_restore_cannot_give(string name)
    {
        (CheckProblemKind kind, string words, string[] lost, Func<DamagedRepository, Task> damage) = Damages[name];
        DamagedRepository repository = await DamagedRepository.CreateAsync();
        Assert.Empty((await repository.CheckAsync()).Problems);
        await damage(repository);

        CheckReport check = await repository.CheckAsync();
        IReadOnlyList<AffectedPath> missing = await repository.LostAsync();

        string all = string.Join('\n', check.Problems);
        Assert.True(check.Problems.Any(problem => problem.Kind == kind && problem.Message.Contains(words, StringComparison.Ordinal)), all);
        string[] named = [.. check.Problems.SelectMany(static problem => problem.Affected).Select(affected => Short(repository, affected)).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(Below(lost), Below(missing.Select(affected => Short(repository, affected))));
        Assert.True(kind == CheckProblemKind.SnapshotDamaged || lost.SequenceEqual(named), $"named {string.Join(' ', named)} in: {all}");
    }

    [Fact]
    public async Task A_damaged_index_keeps_the_repository_from_opening_for_use_and_check_names_it_with_what_it_hides()
    {
        DamagedRepository repository = await DamagedRepository.CreateAsync();
        string index = IndexOf(repository, repository.First.Tree);
        repository.Change(index, static bytes => bytes[..^7]);

        CheckReport check = await repository.CheckAsync();
        AffectedPath refused = Assert.Single(await repository.LostAsync());

        Assert.Contains(check.Problems, problem => problem.Kind == CheckProblemKind.IndexDamaged && problem.Message.Contains(index, StringComparison.Ordinal));
        Assert.Contains(check.Problems.SelectMany(static problem => problem.Affected), affected => affected == new AffectedPath(repository.First.Id, "/"));
        Assert.Contains(index, refused.Path, StringComparison.Ordinal);
        Assert.Contains("repair index", refused.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duplicate_blobs_are_no_damage()
    {
        DamagedRepository repository = await DamagedRepository.CreateAsync();
        await repository.AddCopyAsync("one");
        await repository.AddCopyAsync("only-first");

        Assert.Empty((await repository.CheckAsync()).Problems);
        Assert.Empty(await repository.LostAsync());
    }

    [Fact]
    public async Task A_lost_pack_whose_blob_has_another_copy_loses_nothing()
    {
        DamagedRepository repository = await DamagedRepository.CreateAsync();
        string pack = repository.DataPack("one");
        await repository.AddCopyAsync("one");
        repository.Backend.Files.Remove(pack);

        CheckReport check = await repository.CheckAsync();

        Assert.Empty(Assert.Single(check.Problems, static problem => problem.Kind == CheckProblemKind.PackMissing).Affected);
        Assert.Empty(await repository.LostAsync());
    }

    [Theory]
    [InlineData("flipped config", RepositoryErrorKind.Damaged, "'config' is damaged or belongs to another")]
    [InlineData("empty config", RepositoryErrorKind.Damaged, "'config' is damaged or belongs to another")]
    [InlineData("no config", RepositoryErrorKind.Damaged, "'config' is gone")]
    [InlineData("config of another repository", RepositoryErrorKind.Damaged, "belongs to another")]
    [InlineData("future version", RepositoryErrorKind.Unsupported, "repository version 3")]
    [InlineData("old version", RepositoryErrorKind.Unsupported, "upgrade_repo_v2")]
    [InlineData("flipped key", RepositoryErrorKind.Damaged, "no key file of")]
    [InlineData("cut key", RepositoryErrorKind.Damaged, "no key file of")]
    [InlineData("empty key", RepositoryErrorKind.Damaged, "no key file of")]
    [InlineData("no key", RepositoryErrorKind.Damaged, "without any key file")]
    public async Task What_keeps_the_repository_from_opening_is_named_with_what_to_do(string name, RepositoryErrorKind kind, string words)
    {
        DamagedRepository repository = await DamagedRepository.CreateAsync();
        await BreakAsync(repository, name);

        RepositoryException refused = await Assert.ThrowsAsync<RepositoryException>(repository.CheckAsync);

        Assert.Equal(kind, refused.Kind);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_key_beside_a_good_one_keeps_nobody_out()
    {
        DamagedRepository repository = await DamagedRepository.CreateAsync();
        string first = Assert.Single(repository.Files("keys"));
        ObjectId added = await repository.Before.AddKeyAsync("another password", TestContext.Current.CancellationToken);
        repository.Flip(RepositoryPaths.File(RepositoryPaths.Keys, added), 30);
        Assert.NotEqual(first, RepositoryPaths.File(RepositoryPaths.Keys, added));

        Assert.Empty((await repository.CheckAsync()).Problems);
    }

    private static Func<DamagedRepository, Task> Do(Action<DamagedRepository> damage) => repository =>
    {
        damage(repository);
        return Task.CompletedTask;
    };

    private static PackEntry Same(PackEntry entry) => entry;

    private static PackEntry Less(PackEntry entry) => entry with { UncompressedLength = entry.UncompressedLength - 1 };

    private static PackEntry More(PackEntry entry) => entry with { UncompressedLength = entry.UncompressedLength + 1 };

    private static BlobHandle SubTree(DamagedRepository repository)
    {
        byte[] root = repository.Before.LoadBlobAsync(BlobType.Tree, repository.First.Tree, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return new BlobHandle(BlobType.Tree, TreeCodec.Decode(root).Single(static node => node.Type == NodeType.Directory).Subtree!.Value);
    }

    private static string SnapshotFile(Snapshot snapshot) => RepositoryPaths.File(RepositoryPaths.Snapshots, snapshot.Id);

    private static string IndexOf(DamagedRepository repository, ObjectId tree) => repository.Files("index").Single(path =>
    {
        byte[] json = repository.Before.Documents.LoadAsync(RepositoryPaths.Index, ObjectId.Parse(path.AsSpan(6)), CancellationToken.None).GetAwaiter().GetResult();
        return System.Text.Encoding.UTF8.GetString(json).Contains(tree.ToString(), StringComparison.Ordinal);
    });

    private static string Short(DamagedRepository repository, AffectedPath affected) => $"{(affected.Snapshot == repository.First.Id ? 1 : 2)}:{affected.Path}";

    /// <summary>Files, where a directory is everything below it.</summary>
    private static IEnumerable<string> Below(IEnumerable<string> paths) => paths
        .SelectMany(static path => path switch
        {
            "1:/" => ["1:/one", "1:/only-first", "1:/sub/two"],
            "2:/" => ["2:/one", "2:/only-second", "2:/sub/two"],
            _ => (string[])[path.EndsWith("/sub", StringComparison.Ordinal) ? path + "/two" : path],
        })
        .Distinct()
        .Order(StringComparer.Ordinal);

    private static async Task BreakAsync(DamagedRepository repository, string name)
    {
        string key = Assert.Single(repository.Files("keys"));
        IDictionary<string, byte[]> files = repository.Backend.Files;
        switch (name)
        {
            case "flipped config": repository.Flip("config", 30); break;
            case "empty config": files["config"] = []; break;
            case "no config": files.Remove("config"); break;
            case "config of another repository": files["config"] = (await DamagedRepository.CreateAsync()).Backend.Files["config"]; break;
            case "future version": SetVersion(repository, 3); break;
            case "old version": SetVersion(repository, 1); break;
            case "flipped key": repository.Flip(key, 30); break;
            case "cut key": repository.Change(key, static bytes => bytes[..50]); break;
            case "empty key": files[key] = []; break;
            case "no key": files.Remove(key); break;
            default: throw new ArgumentException(name, nameof(name));
        }
    }

    private static void SetVersion(DamagedRepository repository, int version)
    {
        string json = System.Text.Encoding.UTF8.GetString(repository.Before.Sealer.TryOpen(repository.Backend.Files["config"])!);
        string changed = json.Replace("\"version\":2", $"\"version\":{version}", StringComparison.Ordinal);
        repository.Backend.Files["config"] = repository.Before.Sealer.Seal(System.Text.Encoding.UTF8.GetBytes(changed));
    }
}
