using BackupServer.Abstractions.Plugins.ObjectStores;

namespace BackupServer.Plugins.Tests.Conformance;

/// <summary>
/// What every object store must do. A plugin's tests derive from it and say how its store is opened; they need nothing else.
/// Each test starts with an empty store.
/// </summary>
public abstract class ObjectStoreConformance : IAsyncLifetime
{
    private const int MiB = 1 << 20;
    private readonly List<IObjectStore> _opened = [];

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected IObjectStore Store => _opened[0];

    public async ValueTask InitializeAsync() => await OpenAnotherAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened)
        {
            await store.DisposeAsync();
        }

        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(65537)]
    [InlineData((5 * MiB) + 3)]
    public async Task What_was_put_reads_back(int size)
    {
        var content = Bytes(size, seed: size);

        await Store.PutAsync("a/b/c", content, PutOptions.Replace, Token);

        Assert.Equal(content, await ReadAllAsync(Store, "a/b/c"));
    }

    [Fact]
    public async Task A_big_object_of_64_MiB_reads_back()
    {
        var content = Bytes(64 * MiB, seed: 64);

        await Store.PutAsync("data/big", content, PutOptions.Replace, Token);

        var read = await ReadAllAsync(Store, "data/big");
        Assert.True(content.AsSpan().SequenceEqual(read));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 100_000)]
    [InlineData(1, 4096)]
    [InlineData(99_999, 1)]
    [InlineData(4097, 65536)]
    [InlineData(100_000, 0)]
    public async Task Ranges_are_those_asked_for(int offset, int length)
    {
        var content = Bytes(100_000, seed: 7);
        await Store.PutAsync("x", content, PutOptions.Replace, Token);
        var destination = new byte[length];

        await Store.ReadAsync("x", offset, destination, Token);

        Assert.Equal(content.AsSpan(offset, length).ToArray(), destination);
    }

    [Theory]
    [InlineData(0, 101)]
    [InlineData(50, 51)]
    [InlineData(100, 1)]
    [InlineData(5000, 1)]
    public async Task A_range_past_the_end_is_a_permanent_error(int offset, int length)
    {
        await Store.PutAsync("x", Bytes(100, seed: 1), PutOptions.Replace, Token);

        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => Store.ReadAsync("x", offset, new byte[length], Token));

        Assert.Equal(ObjectStoreErrorKind.Permanent, error.Kind);
    }

    [Fact]
    public async Task Reading_what_is_not_there_is_NotFound_and_names_the_key()
    {
        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => Store.ReadAsync("no/such/key", 0, new byte[1], Token));

        Assert.Equal(ObjectStoreErrorKind.NotFound, error.Kind);
        Assert.Contains("no/such/key", error.Message);
    }

    [Fact]
    public async Task Stat_tells_size_and_time_and_null_when_there_is_nothing()
    {
        var before = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(10);
        await Store.PutAsync("there/it-is", Bytes(12345, seed: 2), PutOptions.Replace, Token);

        var info = await Store.StatAsync("there/it-is", Token);

        Assert.Equal(("there/it-is", 12345L), (info!.Value.Key, info.Value.Size));
        Assert.InRange(info.Value.LastModified, before, before + TimeSpan.FromMinutes(20));
        Assert.Null(await Store.StatAsync("there/it", Token));
        Assert.Null(await Store.StatAsync("there", Token));
        Assert.Null(await Store.StatAsync("there/it-is/not", Token));
    }

    [Fact]
    public async Task Put_replaces()
    {
        await Store.PutAsync("x", Bytes(5000, seed: 1), PutOptions.Replace, Token);
        var content = Bytes(300, seed: 2);

        await Store.PutAsync("x", content, PutOptions.Replace, Token);

        Assert.Equal(content, await ReadAllAsync(Store, "x"));
    }

    [Fact]
    public async Task Delete_removes_and_may_be_repeated()
    {
        await Store.PutAsync("a/x", Bytes(10, seed: 1), PutOptions.Replace, Token);
        await Store.PutAsync("a/y", Bytes(10, seed: 2), PutOptions.Replace, Token);

        await Store.DeleteAsync("a/x", Token);
        await Store.DeleteAsync("a/x", Token);
        await Store.DeleteAsync("never/was", Token);

        Assert.Null(await Store.StatAsync("a/x", Token));
        Assert.Equal(["a/y"], await KeysAsync(""));
    }

    [Fact]
    public async Task Put_if_absent_refuses_a_taken_key_and_leaves_its_content()
    {
        Assert.SkipUnless(Store.Capabilities.HasFlag(ObjectStoreCapabilities.PutIfAbsent), "this store has no put-if-absent");
        var content = Bytes(1000, seed: 1);
        await Store.PutAsync("x", content, PutOptions.Absent, Token);

        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => Store.PutAsync("x", Bytes(1000, seed: 2), PutOptions.Absent, Token));

        Assert.Equal(ObjectStoreErrorKind.AlreadyExists, error.Kind);
        Assert.Equal(content, await ReadAllAsync(Store, "x"));
    }

    [Fact]
    public async Task Of_eight_writers_of_one_free_key_exactly_one_wins()
    {
        Assert.SkipUnless(Store.Capabilities.HasFlag(ObjectStoreCapabilities.PutIfAbsent), "this store has no put-if-absent");
        for (var i = 0; i < 7; i++)
        {
            await OpenAnotherAsync();
        }

        for (var round = 0; round < 20; round++)
        {
            var key = $"locks/{round}";
            var outcomes = await Task.WhenAll(_opened.Select((store, writer) => Task.Run(() => TryPutAbsentAsync(store, key, Bytes(2000, writer)))));

            var winner = Assert.Single(outcomes.Index(), static outcome => outcome.Item).Index;
            Assert.Equal(Bytes(2000, winner), await ReadAllAsync(Store, key));
        }
    }

    [Fact]
    public async Task List_gives_every_object_below_the_prefix_once_and_no_other()
    {
        string[] keys = ["a/1", "a/2", "a/b/3", "a/b/c/4", "ab/5", "a.b/6", "z"];
        foreach (var (index, key) in keys.Index())
        {
            await Store.PutAsync(key, Bytes(index * 10, seed: index), PutOptions.Replace, Token);
        }

        Assert.Equal(["a/1", "a/2", "a/b/3", "a/b/c/4"], await KeysAsync("a/"));
        Assert.Equal(["a/b/3", "a/b/c/4"], await KeysAsync("a/b/"));
        Assert.Equal(keys.Order(StringComparer.Ordinal), await KeysAsync(""));
        Assert.Empty(await KeysAsync("nothing/here/"));
        Assert.Equal([0, 10, 20, 30, 40, 50, 60], (await ListAsync("")).OrderBy(info => Array.IndexOf(keys, info.Key)).Select(static info => info.Size));
    }

    [Fact]
    public async Task List_gives_1500_objects_in_many_directories()
    {
        var keys = Enumerable.Range(0, 1500).Select(static i => $"data/{i % 64:x2}/{i:x8}").Order(StringComparer.Ordinal).ToList();
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (key, token) =>
            await Store.PutAsync(key, Bytes(10, seed: 1), PutOptions.Replace, token));

        Assert.Equal(keys, await KeysAsync("data/"));
    }

    [Fact]
    public async Task A_listing_names_what_stays_while_other_objects_come_and_go()
    {
        var staying = Enumerable.Range(0, 200).Select(static i => $"d/stay-{i:d3}").ToList();
        foreach (var key in staying)
        {
            await Store.PutAsync(key, Bytes(10, seed: 1), PutOptions.Replace, Token);
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var churn = Task.Run(ChurnAsync, Token);
        async Task ChurnAsync()
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                await Store.PutAsync($"d/come-{i % 10}", Bytes(10, seed: i), PutOptions.Replace, Token);
                await Store.DeleteAsync($"d/come-{(i + 5) % 10}", Token);
            }
        }

        for (var round = 0; round < 10; round++)
        {
            Assert.Equal(staying, (await KeysAsync("d/")).Where(static key => key.StartsWith("d/stay", StringComparison.Ordinal)));
        }

        await enough.CancelAsync();
        await churn;
    }

    [Fact]
    public async Task Readers_see_an_object_whole_while_writers_replace_it()
    {
        const int Size = 1 * MiB;
        await Store.PutAsync("shared", Uniform(Size, 0), PutOptions.Replace, Token);
        var writers = Enumerable.Range(0, 2).Select(async writer =>
        {
            var store = await OpenAnotherAsync();
            for (var i = 0; i < 20; i++)
            {
                await store.PutAsync("shared", Uniform(Size, (byte)((writer * 20) + i)), PutOptions.Replace, Token);
            }
        }).ToList();
        var reader = await OpenAnotherAsync();

        while (!Task.WhenAll(writers).IsCompleted)
        {
            var content = new byte[Size];
            await reader.ReadAsync("shared", 0, content, Token);
            Assert.False(content.AsSpan().ContainsAnyExcept(content[0]), "half of one object and half of another");
            Assert.Equal(Size, (await reader.StatAsync("shared", Token))!.Value.Size);
        }

        await Task.WhenAll(writers);
    }

    [Fact]
    public async Task A_listing_names_no_unfinished_object()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writing = Task.Run(WriteAsync, Token);
        async Task WriteAsync()
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                await Store.PutAsync($"w/{i % 4}", Bytes(3 * MiB, seed: i), PutOptions.Replace, Token);
            }
        }

        var seen = 0;
        while (seen < 40)
        {
            foreach (var info in await ListAsync("w/"))
            {
                Assert.Equal(3 * MiB, info.Size);
                Assert.Matches("^w/[0-3]$", info.Key);
                seen++;
            }
        }

        await enough.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task Sixty_four_objects_are_written_and_read_at_once()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 64), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (i, token) =>
        {
            await Store.PutAsync($"many/{i}", Bytes(100_000 + i, seed: i), PutOptions.Replace, token);
            Assert.Equal(Bytes(100_000 + i, seed: i), await ReadAllAsync(Store, $"many/{i}"));
        });

        Assert.Equal(64, (await KeysAsync("many/")).Count);
    }

    [Fact]
    public async Task What_one_process_puts_another_sees()
    {
        var other = await OpenAnotherAsync();
        await Store.PutAsync("a/x", Bytes(10, seed: 1), PutOptions.Replace, Token);

        Assert.Equal(Bytes(10, seed: 1), await ReadAllAsync(other, "a/x"));
        await other.DeleteAsync("a/x", Token);

        Assert.Null(await Store.StatAsync("a/x", Token));
    }

    [Fact]
    public async Task A_cancelled_call_ends_as_cancelled_and_leaves_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync("x", Bytes(10, seed: 1), PutOptions.Replace, cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadAsync("x", 0, new byte[1], cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.StatAsync("x", cancelled.Token));

        Assert.Empty(await KeysAsync(""));
    }

    [Fact]
    public async Task Long_keys_and_all_allowed_characters_are_kept()
    {
        var key = string.Join('/', Enumerable.Repeat("ABCDEFGHIJKLMNOPQRSTUVWXYZ.abcdefghijklmnopqrstuvwxyz_0123456789-", 7));

        await Store.PutAsync(key, Bytes(10, seed: 1), PutOptions.Replace, Token);

        Assert.Equal([key], await KeysAsync(""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("a/./b")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("ä")]
    public async Task What_is_no_key_is_refused(string key)
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Store.PutAsync(key, Bytes(10, seed: 1), PutOptions.Replace, Token));
        await Assert.ThrowsAnyAsync<Exception>(() => Store.ReadAsync(key, 0, new byte[1], Token));

        Assert.Empty(await KeysAsync(""));
    }

    /// <summary>Opens the test's store; opened again, it shows the same objects, as another process would see them.</summary>
    private protected abstract ValueTask<IObjectStore> OpenAsync();

    /// <summary>Removes what the test left outside the process.</summary>
    private protected abstract ValueTask CleanAsync();

    private protected static byte[] Bytes(int size, int seed)
    {
        var content = new byte[size];
        new Random(seed).NextBytes(content);
        return content;
    }

    private protected static async Task<byte[]> ReadAllAsync(IObjectStore store, string key)
    {
        var content = new byte[(await store.StatAsync(key, Token))!.Value.Size];
        await store.ReadAsync(key, 0, content, Token);
        return content;
    }

    private protected async Task<List<ObjectInfo>> ListAsync(string prefix) => await Store.ListAsync(prefix, Token).ToListAsync(Token);

    private protected async Task<List<string>> KeysAsync(string prefix) =>
        [.. (await ListAsync(prefix)).Select(static info => info.Key).Order(StringComparer.Ordinal)];

    private async ValueTask<IObjectStore> OpenAnotherAsync()
    {
        var store = await OpenAsync();
        lock (_opened)
        {
            _opened.Add(store);
        }

        return store;
    }

    private static byte[] Uniform(int size, byte value)
    {
        var content = new byte[size];
        content.AsSpan().Fill(value);
        return content;
    }

    private static async Task<bool> TryPutAbsentAsync(IObjectStore store, string key, byte[] content)
    {
        try
        {
            await store.PutAsync(key, content, PutOptions.Absent, Token);
            return true;
        }
        catch (ObjectStoreException e) when (e.Kind == ObjectStoreErrorKind.AlreadyExists)
        {
            return false;
        }
    }
}
