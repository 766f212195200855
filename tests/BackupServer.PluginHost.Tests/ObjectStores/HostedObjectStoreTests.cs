using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.PluginHost.ObjectStores;
using BackupServer.PluginHost.Tests.Building;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.PluginHost.Tests.ObjectStores;

public sealed class HostedObjectStoreTests(PluginWorkshop workshop) : IAsyncLifetime
{
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(20);
    private readonly HurriedTime _time = new();
    private PluginCatalog _catalog = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new PluginHostOptions
        {
            Directories = [workshop.DirectoryOf("Misbehaving")],
            ObjectStores = new ObjectStoreResilience
            {
                FirstDelay = TimeSpan.FromMilliseconds(1),
                LongestDelay = LongestDelay,
                Deadline = AttemptLimit,
                AttemptLimit = AttemptLimit,
            },
        };
        _catalog = await PluginCatalog.LoadAsync(options, NullLoggerFactory.Instance, _time, Token);
    }

    public ValueTask DisposeAsync()
    {
        _catalog.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("block")]
    public async Task A_read_that_hangs_is_cut_off_naming_plugin_operation_and_key(string how)
    {
        var store = await OpenAsync(how);
        _time.IsHurried = static wait => wait >= AttemptLimit;

        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => store.ReadAsync("data/ab", 0, new byte[10], Token));

        Assert.Equal(ObjectStoreErrorKind.Transient, error.Kind);
        Assert.StartsWith("cannot read 'data/ab': the object store Misbehaving of the plugin Misbehaving did not answer within 60 s", error.Message);
    }

    [Fact]
    public async Task A_listing_that_hangs_is_cut_off()
    {
        var store = await OpenAsync("hang");
        _time.IsHurried = static wait => wait >= AttemptLimit;

        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => store.ListAsync("a/", Token).ToListAsync(Token).AsTask());

        Assert.StartsWith("cannot list 'a/': the object store Misbehaving of the plugin Misbehaving did not answer", error.Message);
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_let_go_although_the_plugin_ignores_its_token()
    {
        var store = await OpenAsync("block");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        cancel.CancelAfter(20);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.ReadAsync("x", 0, new byte[10], cancel.Token));
    }

    [Theory]
    [InlineData("outside", "it listed 'b/2', which is outside the prefix")]
    [InlineData("no-key", "it listed 'a/../../etc', which is no key")]
    [InlineData("negative", "it listed 'a/2' with a size of -5 bytes")]
    public async Task Nonsense_in_a_listing_is_a_permanent_error_that_names_the_plugin(string how, string what)
    {
        var store = await OpenAsync(how);

        await ExpectNonsenseAsync(what, () => store.ListAsync("a/", Token).ToListAsync(Token).AsTask());
    }

    [Fact]
    public async Task Nonsense_in_other_answers_is_a_permanent_error_that_names_the_plugin()
    {
        await ExpectNonsenseAsync("a size of -1 bytes", async () => await (await OpenAsync("negative")).StatAsync("x", Token));
        await ExpectNonsenseAsync("answered with the key 'other'", async () => await (await OpenAsync("other-key")).StatAsync("x", Token));
        await ExpectNonsenseAsync("it threw InvalidCastException: my bug", async () => await (await OpenAsync("good")).DeleteAsync("x", Token));
        await ExpectNonsenseAsync("it returned null instead of a task", async () => await (await OpenAsync("null-task")).DeleteAsync("x", Token));
        await ExpectNonsenseAsync("it returned null", async () => await OpenAsync("null"));
        await ExpectNonsenseAsync("it returned null", () => Task.FromResult(_catalog.ObjectStore("Misbehaving").Validate(Configuration("null"))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(100_000)]
    public async Task A_read_that_fills_only_half_is_found_out(int length)
    {
        var store = await OpenAsync("short");

        await ExpectNonsenseAsync($"it did not fill {length} bytes", () => store.ReadAsync("x", 0, new byte[length], Token));
    }

    [Fact]
    public async Task A_read_that_fills_all_is_taken_whatever_the_bytes()
    {
        var store = await OpenAsync("good");
        var destination = new byte[1];

        for (var i = 0; i < 1000; i++)
        {
            await store.ReadAsync("x", 0, destination, Token);
            Assert.Equal(7, destination[0]);
        }
    }

    [Fact]
    public async Task What_fails_for_a_passing_reason_is_tried_again()
    {
        var store = await OpenAsync("flaky");

        await store.PutAsync("x", new byte[10], PutOptions.Replace, Token);
    }

    [Fact]
    public async Task After_the_deadline_the_last_error_is_reported()
    {
        var store = await OpenAsync("always-transient");
        _time.IsHurried = static wait => wait <= LongestDelay;

        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync("x", new byte[10], PutOptions.Replace, Token));

        Assert.Matches("503, attempt ([2-9]|[0-9]{2,})$", error.Message);
    }

    [Fact]
    public async Task What_will_not_pass_is_not_tried_again()
    {
        var store = await OpenAsync("full");

        var error = await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync("x", new byte[10], PutOptions.Replace, Token));

        Assert.Equal("no room, attempt 1", error.Message);
    }

    [Fact]
    public async Task A_listing_that_breaks_off_goes_on_without_losing_or_doubling_an_object()
    {
        var store = await OpenAsync("breaks-off");

        var keys = (await store.ListAsync("a/", Token).ToListAsync(Token)).Select(static info => info.Key);

        Assert.Equal(["a/1", "a/2"], keys);
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public async Task A_taken_key_after_a_lost_answer_is_ours_when_it_holds_our_bytes(byte value, bool ours)
    {
        var store = await OpenAsync("lost-answer");
        var content = Enumerable.Repeat(value, 10).ToArray();

        var error = await Record.ExceptionAsync(() => store.PutAsync("x", content, PutOptions.Absent, Token));

        Assert.Equal(ours, error is null);
    }

    [Fact]
    public async Task A_read_only_location_refuses_every_write_and_allows_every_read()
    {
        await using var store = new ReadOnlyObjectStore(await OpenAsync("good"), "nightly");

        var put = await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync("x", new byte[1], PutOptions.Replace, Token));
        var delete = await Assert.ThrowsAsync<ObjectStoreException>(() => store.DeleteAsync("x", Token));
        await store.ReadAsync("x", 0, new byte[1], Token);

        Assert.Equal([ObjectStoreErrorKind.ReadOnly, ObjectStoreErrorKind.ReadOnly], [put.Kind, delete.Kind]);
        Assert.Contains("the location nightly has the access mode ReadOnly", put.Message);
        Assert.Equal(10, (await store.StatAsync("x", Token))!.Value.Size);
        Assert.Equal(2, await store.ListAsync("a/", Token).CountAsync(Token));
    }

    private ValueTask<IObjectStore> OpenAsync(string how) => _catalog.ObjectStore("Misbehaving").OpenAsync(Configuration(how), Token);

    private static ObjectStoreConfiguration Configuration(string how) => new() { Bucket = how };

    private static async Task ExpectNonsenseAsync(string what, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<ObjectStoreException>(call);
        Assert.Equal(ObjectStoreErrorKind.Permanent, error.Kind);
        Assert.Contains("the object store Misbehaving of the plugin Misbehaving broke its contract: ", error.Message);
        Assert.Contains(what, error.Message);
    }
}
