using System.Text;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests;

public sealed class RepositoryTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly MemoryBackend _backend = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_password_is_told_from_a_missing_repository()
    {
        var missing = await Assert.ThrowsAsync<RepositoryException>(() => OpenAsync("anything"));
        await using (await TestRepository.InitAsync(_backend))
        {
        }

        var wrong = await Assert.ThrowsAsync<RepositoryException>(() => OpenAsync("wrong"));

        Assert.Equal(RepositoryErrorKind.NotFound, missing.Kind);
        Assert.Contains("init", missing.Message, StringComparison.Ordinal);
        Assert.Equal(RepositoryErrorKind.WrongPassword, wrong.Kind);
        Assert.Contains("none of 1 key files opens", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_whose_config_is_gone_is_neither_opened_nor_made_again()
    {
        await using (var repository = await TestRepository.InitAsync(_backend))
        {
            await TestRepository.BackUpAsync(repository, Now, [("file", ["x"u8.ToArray()])]);
        }

        _backend.Files.Remove("config");
        var opened = await Assert.ThrowsAsync<RepositoryException>(() => OpenAsync(TestRepository.Password));
        var made = await Assert.ThrowsAsync<RepositoryException>(() => TestRepository.InitAsync(_backend));

        Assert.Equal(RepositoryErrorKind.Damaged, opened.Kind);
        Assert.Equal(RepositoryErrorKind.Damaged, made.Kind);
        Assert.Contains("'config' is gone", made.Message, StringComparison.Ordinal);
        Assert.False(_backend.Files.ContainsKey("config"));
    }

    [Fact]
    public async Task A_repository_is_not_made_twice()
    {
        await using var repository = await TestRepository.InitAsync(_backend);

        var error = await Assert.ThrowsAsync<RepositoryException>(() => TestRepository.InitAsync(_backend));

        Assert.Equal(RepositoryErrorKind.AlreadyExists, error.Kind);
        Assert.Single(_backend.Files.Keys, static path => path.StartsWith("keys/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_init_that_was_killed_before_the_config_can_be_repeated()
    {
        var killed = new FailingBackend(_backend, operations: 1);
        await Assert.ThrowsAnyAsync<IOException>(() => TestRepository.InitAsync(killed));
        Assert.Single(_backend.Files);

        await using (await TestRepository.InitAsync(_backend))
        {
        }

        await using var opened = await OpenAsync(TestRepository.Password);
        Assert.NotEqual(default, opened.Id);
    }

    [Theory]
    [InlineData("config")]
    [InlineData("keys/")]
    public async Task Damage_of_config_or_key_is_named_as_such(string prefix)
    {
        await using (await TestRepository.InitAsync(_backend))
        {
        }

        var path = _backend.Files.Keys.Single(path => path.StartsWith(prefix, StringComparison.Ordinal));
        _backend.Files[path] = [.. _backend.Files[path][..^5], 1, 2, 3, 4, 5];

        var error = await Assert.ThrowsAsync<RepositoryException>(() => OpenAsync(TestRepository.Password));

        Assert.Equal(RepositoryErrorKind.Damaged, error.Kind);
    }

    [Fact]
    public async Task Passwords_are_added_changed_and_removed_but_never_the_one_in_use()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        var second = await repository.AddKeyAsync("second", Cancellation);
        var current = (await repository.ListKeysAsync(Cancellation)).Single(static key => key.IsCurrent).Id;

        var refused = await Assert.ThrowsAsync<RepositoryException>(() => repository.RemoveKeyAsync(current, Cancellation));
        await repository.RemoveKeyAsync(second, Cancellation);
        await repository.ChangePasswordAsync("third", Cancellation);

        Assert.Equal(RepositoryErrorKind.Refused, refused.Kind);
        Assert.Equal(RepositoryErrorKind.WrongPassword, (await Assert.ThrowsAsync<RepositoryException>(() => OpenAsync("second"))).Kind);
        Assert.Equal(
            RepositoryErrorKind.WrongPassword, (await Assert.ThrowsAsync<RepositoryException>(() => OpenAsync(TestRepository.Password))).Kind);
        await using var opened = await OpenAsync("third");
        Assert.Equal(repository.Id, opened.Id);
        Assert.Equal(RepositoryErrorKind.NotFound, (await Assert.ThrowsAsync<RepositoryException>(() => opened.RemoveKeyAsync(second, Cancellation))).Kind);
    }

    [Fact]
    public async Task The_same_new_blob_of_many_callers_is_stored_once()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        var content = TestRepository.Noise(1, 300_000);

        var saved = await Task.WhenAll(Enumerable.Range(0, 32)
            .Select(_ => Task.Run(() => repository.SaveBlobAsync(BlobType.Data, content, Cancellation).AsTask())));
        await repository.FlushAsync(Cancellation);

        Assert.Single(saved, static blob => blob.Added);
        Assert.InRange(_backend.Files.Where(static file => file.Key.StartsWith("data/", StringComparison.Ordinal)).Sum(static file => file.Value.Length), 300_000, 301_000);
        Assert.False((await repository.SaveBlobAsync(BlobType.Data, content, Cancellation)).Added);
    }

    [Fact]
    public async Task A_blob_that_is_not_flushed_yet_can_be_loaded()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        var saved = await repository.SaveBlobAsync(BlobType.Data, "pending"u8.ToArray(), Cancellation);

        var loaded = await repository.LoadBlobAsync(BlobType.Data, saved.Id, Cancellation);

        Assert.Equal("pending", Encoding.UTF8.GetString(loaded));
    }

    [Fact]
    public async Task Many_writers_of_many_blobs_lose_none()
    {
        await using (var repository = await TestRepository.InitAsync(_backend, TestRepository.Options with { PackSize = 50_000 }))
        {
            await Parallel.ForAsync(0, 600, Cancellation, async (i, token) =>
                await repository.SaveBlobAsync((BlobType)(i & 1), TestRepository.Noise(i % 400, 2000 + (i % 400)), token));
            await repository.FlushAsync(Cancellation);
        }

        await using var reader = await TestRepository.OpenAsync(_backend);
        for (var i = 0; i < 600; i++)
        {
            var content = TestRepository.Noise(i % 400, 2000 + (i % 400));
            Assert.Equal(content, await reader.LoadBlobAsync((BlobType)(i & 1), ObjectId.Of(content), Cancellation));
        }

        Assert.Equal(400, reader.Index.Count);
    }

    [Fact]
    public async Task A_blob_larger_than_a_pack_gets_one_of_its_own_size()
    {
        await using var repository = await TestRepository.InitAsync(_backend, TestRepository.Options with { PackSize = 10_000 });
        var content = TestRepository.Noise(1, 1_000_000);

        var saved = await repository.SaveBlobAsync(BlobType.Data, content, Cancellation);
        await repository.FlushAsync(Cancellation);

        Assert.Equal(content, await repository.LoadBlobAsync(BlobType.Data, saved.Id, Cancellation));
    }

    [Fact]
    public async Task Storage_that_fails_fails_the_flush_and_everything_after_it()
    {
        var backend = new FailingBackend(_backend, operations: 2);
        await using var repository = await TestRepository.InitAsync(backend);
        await repository.SaveBlobAsync(BlobType.Data, "lost"u8.ToArray(), Cancellation);

        var flush = await Assert.ThrowsAsync<RepositoryException>(() => repository.FlushAsync(Cancellation));
        await Assert.ThrowsAsync<RepositoryException>(
            async () => await repository.SaveBlobAsync(BlobType.Data, "more"u8.ToArray(), Cancellation));
        await Assert.ThrowsAsync<RepositoryException>(
            () => TestRepository.BackUpAsync(repository, Now, [("file", ["x"u8.ToArray()])]));

        Assert.Equal(RepositoryErrorKind.Backend, flush.Kind);
        Assert.Contains("what is stored is found again", flush.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_backend.Location, flush.Message[(flush.Message.IndexOf(_backend.Location, StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
        Assert.DoesNotContain(_backend.Files.Keys, static path => path.StartsWith("snapshots/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_killed_backup_indexed_is_found_again()
    {
        var often = TestRepository.Options with { PackSize = 10_000, IndexInterval = TimeSpan.Zero };
        await using (var repository = await TestRepository.InitAsync(_backend, often))
        {
            for (var i = 0; i < 20; i++)
            {
                await repository.SaveBlobAsync(BlobType.Data, TestRepository.Noise(i, 3000), Cancellation);
            }

            // Loading waits for the packs of what is pending; nothing is flushed by the backup itself, which dies here.
            await repository.LoadBlobAsync(BlobType.Data, ObjectId.Of(TestRepository.Noise(19, 3000)), Cancellation);
        }

        await using var resumed = await TestRepository.OpenAsync(_backend);
        for (var i = 0; i < 20; i++)
        {
            Assert.False((await resumed.SaveBlobAsync(BlobType.Data, TestRepository.Noise(i, 3000), Cancellation)).Added);
        }
    }

    [Fact]
    public async Task Loading_the_index_again_shows_what_others_wrote_and_removed()
    {
        await using var first = await TestRepository.InitAsync(_backend);
        await using var second = await TestRepository.OpenAsync(_backend);
        var saved = await first.SaveBlobAsync(BlobType.Data, "by the first"u8.ToArray(), Cancellation);
        await first.FlushAsync(Cancellation);
        Assert.False(second.ContainsBlob(BlobType.Data, saved.Id));

        await second.LoadIndexAsync(Cancellation);
        Assert.True(second.ContainsBlob(BlobType.Data, saved.Id));

        _backend.Files.Remove(_backend.Files.Keys.Single(static path => path.StartsWith("index/", StringComparison.Ordinal)));
        await second.LoadIndexAsync(Cancellation);
        Assert.False(second.ContainsBlob(BlobType.Data, saved.Id));
    }

    [Fact]
    public async Task Damage_of_a_blob_is_told_when_it_is_loaded()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        var saved = await repository.SaveBlobAsync(BlobType.Data, TestRepository.Noise(1, 1000), Cancellation);
        await repository.FlushAsync(Cancellation);
        var pack = Assert.Single(repository.WrittenPacks);
        _backend.Files[pack.Path][100] ^= 1;

        var error = await Assert.ThrowsAsync<RepositoryException>(
            async () => await repository.LoadBlobAsync(BlobType.Data, saved.Id, Cancellation));
        var unknown = await Assert.ThrowsAsync<RepositoryException>(
            async () => await repository.LoadBlobAsync(BlobType.Data, ObjectId.Of("never saved"u8), Cancellation));

        Assert.Equal(RepositoryErrorKind.Damaged, error.Kind);
        Assert.Contains(pack.Name, error.Message, StringComparison.Ordinal);
        Assert.Equal(RepositoryErrorKind.NotFound, unknown.Kind);
    }

    [Fact]
    public async Task A_damaged_index_keeps_the_repository_from_being_used_and_says_what_to_do()
    {
        await using (var repository = await TestRepository.InitAsync(_backend))
        {
            await TestRepository.BackUpAsync(repository, Now, [("file", ["x"u8.ToArray()])]);
        }

        _backend.Files[_backend.Files.Keys.Single(static path => path.StartsWith("index/", StringComparison.Ordinal))][30] ^= 1;

        var error = await Assert.ThrowsAsync<RepositoryException>(() => TestRepository.OpenAsync(_backend));

        Assert.Equal(RepositoryErrorKind.Damaged, error.Kind);
        Assert.Contains("repair index", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_keeps_all_its_members()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        var tree = await repository.SaveBlobAsync(BlobType.Tree, "{\"nodes\":[]}\n"u8.ToArray(), Cancellation);
        var snapshot = new Snapshots.Snapshot
        {
            Time = new DateTimeOffset(2026, 5, 1, 12, 0, 0, 120, TimeSpan.FromHours(2)),
            Parent = ObjectId.Of("parent"u8),
            Tree = tree.Id,
            Paths = ["/a", "/ä<&>"],
            HostName = "host",
            UserName = "user",
            Uid = 7,
            Gid = 8,
            Excludes = ["*.tmp"],
            Tags = ["backup=b1", "phase=Completed"],
            Original = ObjectId.Of("original"u8),
            ProgramVersion = "BackupServer 0.1.0",
            Summary = new Snapshots.SnapshotSummary { BackupStart = Now, BackupEnd = Now.AddSeconds(3), FilesNew = 5, TotalBytesProcessed = 1L << 40 },
        };

        var saved = await repository.SaveSnapshotAsync(snapshot, Cancellation);
        var loaded = await repository.FindSnapshotAsync(saved.Id.ToShortString(), Cancellation);

        Assert.Equivalent(saved, loaded, strict: true);
        Assert.Equal("b1", loaded.Tag("backup"));
        Assert.Null(loaded.Tag("back"));
        var json = Encoding.UTF8.GetString(await repository.Documents.LoadAsync("snapshots", saved.Id, Cancellation));
        Assert.StartsWith("{\"time\":\"2026-05-01T10:00:00.12Z\",\"parent\":", json, StringComparison.Ordinal);
    }

    private Task<Repository> OpenAsync(string password) =>
        Repository.OpenAsync(_backend, password, TestRepository.Options, TimeProvider.System, Cancellation);
}
