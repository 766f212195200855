using BackupServer.Repository.Backends;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Copying;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Hostile;

[Collection(MemoryCollection.Name)]
public sealed class HostileSizesTests
{
    private const long Small = 64 << 20;

    [Theory]
    [InlineData(BlobType.Data, uint.MaxValue)]
    [InlineData(BlobType.Data, (uint)int.MaxValue)]
    [InlineData(BlobType.Data, 200u << 20)]
    [InlineData(BlobType.Tree, uint.MaxValue)]
    [InlineData(BlobType.Tree, (uint)int.MaxValue)]
    public async Task An_absurd_uncompressed_length_is_refused_before_memory_is_taken_for_it(BlobType type, uint claimed)
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        byte[] plaintext = type == BlobType.Tree ? "{\"nodes\":[]}\n"u8.ToArray() : "small"u8.ToArray();
        BlobHandle blob = new(type, ObjectId.Of(plaintext));
        byte[] content = hostile.Sealed(plaintext, compressed: true);
        await hostile.PackAsync(content, new PackEntry(blob, 0, (uint)content.Length, claimed));
        ObjectId tree = type == BlobType.Tree ? blob.Id : await hostile.TreeAsync(TestRepository.FileNode("bomb", [blob.Id], 5));
        Snapshot snapshot = await hostile.SnapshotAsync(tree);
        CheckReport? check = null;
        RestoreResult? restore = null;
        RepositoryException? refused = null;

        long allocated = await MemoryCollection.AllocatedAsync(async () =>
        {
            check = await hostile.CheckAsync();
            refused = (await Record.ExceptionAsync(async () => restore = await hostile.RestoreAsync(snapshot))) as RepositoryException;
        });

        Assert.InRange(allocated, 0, Small);
        Assert.Contains(check!.Problems, static problem => problem.Kind == CheckProblemKind.BlobDamaged && problem.Message.Contains("that are accepted", StringComparison.Ordinal));
        string reason = refused?.Message ?? Assert.Single(restore!.Problems).Reason;
        Assert.Contains("that are accepted", reason, StringComparison.Ordinal);
        Assert.True(restore is null || restore.Files == 0);
    }

    [Fact]
    public async Task A_zip_bomb_of_data_that_tells_the_truth_is_refused_with_its_size()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        byte[] zeros = new byte[(128 << 20) + 1];
        BlobHandle blob = new(BlobType.Data, ObjectId.Of(zeros));
        byte[] content = hostile.Sealed(zeros, compressed: true);
        await hostile.PackAsync(content, new PackEntry(blob, 0, (uint)content.Length, (uint)zeros.Length));
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync(TestRepository.FileNode("bomb", [blob.Id], zeros.Length)));
        RestoreResult? restore = null;

        long allocated = await MemoryCollection.AllocatedAsync(async () => restore = await hostile.RestoreAsync(snapshot));

        Assert.InRange(content.Length, 0, 64 << 10);
        Assert.InRange(allocated, 0, Small);
        Assert.Contains($"{zeros.Length}", Assert.Single(restore!.Problems).Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(hostile.Target));
    }

    [Fact]
    public async Task Overwriting_a_file_with_blobs_of_absurd_or_contradicting_lengths_writes_nothing_to_a_wrong_place()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        byte[] plaintext = TestRepository.Noise(1, 5000);
        BlobHandle blob = new(BlobType.Data, ObjectId.Of(plaintext));
        byte[] truth = hostile.Sealed(plaintext, compressed: true);
        PackEntry entry = new(blob, 0, (uint)truth.Length, (uint)plaintext.Length);
        await hostile.PackAsync(truth, entry with { UncompressedLength = (uint)plaintext.Length - 1000 });
        await hostile.PackAsync([.. truth, 1], entry);
        ObjectId tail = await hostile.DataAsync("tail"u8.ToArray());
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync(TestRepository.FileNode("file", [blob.Id, tail], 5004)));
        Directory.CreateDirectory(hostile.Target);
        string file = Path.Combine(hostile.Target, "file");
        await File.WriteAllTextAsync(file, "before", HostileRepository.Cancellation);

        byte[] expected = [.. plaintext, .. "tail"u8];
        RestoreResult inPlace = await hostile.RestoreAsync(snapshot);
        byte[] got = await File.ReadAllBytesAsync(file, HostileRepository.Cancellation);

        Assert.True(got.AsSpan().SequenceEqual(expected) || inPlace.Problems.Any(static problem => problem is { Path: "file", Kind: RestoreProblemKind.Damaged }));
        await using Repository repository = await hostile.OpenAsync();
        SnapshotReader reader = new(repository, snapshot);
        Exception? refused = await Record.ExceptionAsync(async () => Assert.Equal(expected, await reader.ReadFileAsync("file", HostileRepository.Cancellation)));
        Assert.True(refused is null or RepositoryException { Kind: RepositoryErrorKind.Damaged }, refused?.ToString());
    }

    [Theory]
    [InlineData(0u, uint.MaxValue)]
    [InlineData(uint.MaxValue, 100u)]
    [InlineData(uint.MaxValue - 31, 32u)]
    [InlineData(5u << 20, 100u)]
    [InlineData(0u, 127u << 20)]
    public async Task Offsets_and_lengths_beyond_the_pack_are_refused_with_the_reason(uint offset, uint length)
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        byte[] content = hostile.Sealed("x"u8, compressed: false);
        BlobHandle blob = new(BlobType.Data, ObjectId.Of("x"u8));
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync(TestRepository.FileNode("file", [blob.Id], 1)));
        Repository before = await hostile.OpenAsync();
        await before.DisposeAsync();
        await hostile.PackAsync(content, new PackEntry(blob, offset, length, 0));
        RestoreResult? restore = null;
        CheckReport? check = null;
        Exception? refused = null;

        long allocated = await MemoryCollection.AllocatedAsync(async () =>
        {
            check = await hostile.CheckAsync();
            refused = await Record.ExceptionAsync(async () => restore = await hostile.RestoreAsync(snapshot));
        });

        Assert.InRange(allocated, 0, Small);
        Assert.NotEmpty(check!.Problems);
        Assert.True(refused is RepositoryException { Kind: RepositoryErrorKind.Damaged } || restore?.Problems.Single().Kind == RestoreProblemKind.Damaged, refused?.ToString());
        Assert.True(!Directory.Exists(hostile.Target) || Directory.GetFileSystemEntries(hostile.Target).Length == 0);
    }

    [Fact]
    public async Task A_file_of_a_node_that_lies_about_its_size_is_restored_as_its_content_says()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        ObjectId data = await hostile.DataAsync("data"u8.ToArray());
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync(TestRepository.FileNode("file", [data], 4) with { Size = ulong.MaxValue }));

        RestoreResult restore = await hostile.RestoreAsync(snapshot);

        Assert.Equal(1, restore.Files);
        Assert.Equal("data", await File.ReadAllTextAsync(Path.Combine(hostile.Target, "file"), HostileRepository.Cancellation));
    }

    [Fact]
    public async Task A_file_of_terabytes_made_of_one_blob_is_sparse_or_fails_without_taking_memory()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        ObjectId zeros = await hostile.DataAsync(new byte[512 << 10]);
        ObjectId[] content = [.. Enumerable.Repeat(zeros, 100_000)];
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync(TestRepository.FileNode("large", content, 0)));
        RestoreResult? restore = null;

        long allocated = await MemoryCollection.AllocatedAsync(async () => restore = await hostile.RestoreAsync(snapshot));

        Assert.Equal(1, restore!.Files);
        Assert.Equal(0, restore.WrittenBytes);
        Assert.Equal(100_000L * (512 << 10), new FileInfo(Path.Combine(hostile.Target, "large")).Length);
        Assert.InRange(allocated, 0, Small);
    }

    [Fact]
    public async Task An_index_of_a_few_bytes_that_unfolds_to_gigabytes_is_refused()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        string blob = $"{{\"id\":\"{ObjectId.Of("x"u8)}\",\"type\":\"data\",\"offset\":0,\"length\":33}},";
        string pack = $"{{\"id\":\"{ObjectId.Of("pack"u8)}\",\"blobs\":[{string.Concat(Enumerable.Repeat(blob, 200_000)).TrimEnd(',')}]}}";
        ObjectId index = hostile.Document(RepositoryPaths.Index, System.Text.Encoding.UTF8.GetBytes($"{{\"packs\":[{pack}]}}"));
        CheckReport? check = null;

        long allocated = await MemoryCollection.AllocatedAsync(async () => check = await hostile.CheckAsync());

        CheckProblem problem = Assert.Single(check!.Problems);
        Assert.Equal(CheckProblemKind.IndexDamaged, problem.Kind);
        Assert.Contains(index.ToString(), problem.Message, StringComparison.Ordinal);
        Assert.Contains("which no list of ids can", problem.Message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, Small);
        RepositoryException refused = await Assert.ThrowsAsync<RepositoryException>(hostile.OpenAsync);
        Assert.Equal(RepositoryErrorKind.Damaged, refused.Kind);
    }

    [Fact]
    public async Task A_pack_of_more_blobs_than_its_header_can_have_is_refused()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        Random random = new(5);
        byte[] id = new byte[ObjectId.Size];
        System.Text.StringBuilder json = new("{\"packs\":[{\"id\":\"" + ObjectId.Of("pack"u8) + "\",\"blobs\":[");
        for (int i = 0; i <= 454_000; i++)
        {
            random.NextBytes(id);
            json.Append(i == 0 ? "" : ",").Append("{\"id\":\"").Append(Convert.ToHexStringLower(id)).Append("\",\"type\":\"data\",\"offset\":").Append(i * 32).Append(",\"length\":32}");
        }

        hostile.Document(RepositoryPaths.Index, System.Text.Encoding.UTF8.GetBytes(json.Append("]}]}").ToString()));

        CheckReport check = await hostile.CheckAsync();

        Assert.Contains("more than 453438 blobs", Assert.Single(check.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_of_a_few_bytes_that_unfolds_to_gigabytes_is_refused_and_the_others_are_listed_by_check()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        Snapshot good = await hostile.SnapshotAsync(await hostile.TreeAsync("{\"nodes\":[]}\n"));
        byte[] json = new byte[70 << 20];
        json.AsSpan().Fill((byte)' ');
        "{\"time\":\"2026-01-01T00:00:00Z\""u8.CopyTo(json);
        ObjectId bomb = hostile.Document(RepositoryPaths.Snapshots, json);
        CheckReport? check = null;

        long allocated = await MemoryCollection.AllocatedAsync(async () => check = await hostile.CheckAsync());

        CheckProblem problem = Assert.Single(check!.Problems);
        Assert.Equal(CheckProblemKind.SnapshotDamaged, problem.Kind);
        Assert.Contains(bomb.ToString(), problem.Message, StringComparison.Ordinal);
        Assert.Equal(1, check.Snapshots);
        Assert.InRange(allocated, 0, 300 << 20);
        await using Repository repository = await hostile.OpenAsync();
        Assert.Equal(good.Tree, (await repository.LoadSnapshotAsync(good.Id, HostileRepository.Cancellation)).Tree);
    }

    [Fact]
    public async Task A_pack_that_is_too_large_for_memory_is_a_problem_of_that_pack_and_not_the_end_of_the_check()
    {
        using TemporaryDirectory temporary = new();
        string root = temporary.Sub("repository");
        await using (LocalBackend local = new(root, TimeProvider.System))
        {
            await using Repository repository = await TestRepository.InitAsync(local);
            await TestRepository.BackUpAsync(repository, DateTimeOffset.UnixEpoch, [("file", [TestRepository.Noise(1, 5000)])]);
        }

        FileInfo pack = new DirectoryInfo(Path.Combine(root, "data")).GetFiles("*", SearchOption.AllDirectories)[0];
        pack.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream stream = pack.OpenWrite())
        {
            stream.SetLength(5L << 30);
        }

        await using LocalBackend damaged = new(root, TimeProvider.System);
        await using Repository victim = await Repository.OpenAsync(damaged, TestRepository.Password, TestRepository.Options, TimeProvider.System, HostileRepository.Cancellation);
        CheckReport? check = null;
        long allocated = await MemoryCollection.AllocatedAsync(async () =>
            check = await new RepositoryChecker(victim, new CheckOptions { ReadDataFraction = 1 }).CheckAsync(HostileRepository.Cancellation));

        Assert.Contains(check!.Problems, problem => problem.Kind == CheckProblemKind.PackSize && problem.Message.Contains(pack.Name, StringComparison.Ordinal));
        Assert.InRange(allocated, 0, Small);
    }

    [Fact]
    public void The_limit_of_blobs_in_a_pack_is_that_of_its_header() =>
        Assert.Equal(BlobLimits.BlobsPerPack, PackHeader.MaximumLength / new PackEntry(default, 0, Sealer.Overhead, 0).HeaderLength);

    [Fact]
    public async Task Copying_blobs_that_an_index_says_overlap_or_lie_far_apart_is_refused_and_not_a_crash()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        byte[] content = hostile.Sealed(TestRepository.Noise(1, 5000), compressed: false);
        BlobHandle outer = new(BlobType.Data, ObjectId.Of(TestRepository.Noise(1, 5000)));
        PackEntry[] entries =
        [
            new(outer, 0, (uint)content.Length, 0), new(new BlobHandle(BlobType.Data, ObjectId.Of("inner"u8)), 10, 40, 0),
            new(new BlobHandle(BlobType.Data, ObjectId.Of("far"u8)), uint.MaxValue - 100, 100, 0),
        ];
        await hostile.PackAsync(content, entries);
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync(TestRepository.FileNode("file", [.. entries.Select(static entry => entry.Blob.Id)], 0)));
        await using Repository source = await hostile.OpenAsync();
        await using Repository destination = await TestRepository.InitAsync(new MemoryBackend());

        RepositoryException refused = await Assert.ThrowsAsync<RepositoryException>(async () =>
        {
            CopyPlan plan = await CopyPlan.CreateAsync(source, destination, [snapshot], HostileRepository.Cancellation);
            await plan.ExecuteAsync(null, HostileRepository.Cancellation);
        });

        Assert.Equal(RepositoryErrorKind.Damaged, refused.Kind);
        Assert.Empty(await destination.ListSnapshotIdsAsync(HostileRepository.Cancellation));
    }
}
