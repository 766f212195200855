using System.Text;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Lists;
using BackupServer.Kubernetes.Tests.Servers;
using static BackupServer.Kubernetes.Tests.Servers.Resources;

namespace BackupServer.Kubernetes.Tests.Lists;

public sealed class ObjectListTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_follow_the_continue_token_and_items_get_the_kind_of_the_list()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Ok(List("7", "next", Item("a"), Item("b"))),
            Answer.Ok(List("7", "", Item("c"))));
        using var client = server.Client();

        var list = client.ListAsync(ConfigMaps, new ListOptions { Namespace = "ns", Limit = 2, LabelSelector = "app=x" });
        var items = await CollectAsync(list);

        Assert.Equal(["a", "b", "c"], items.Select(i => i.Name.Name));
        Assert.All(items, item => Assert.Equal(("v1", "ConfigMap"), (item.ApiVersion, item.Kind)));
        Assert.Equal("7", list.ResourceVersion);
        Assert.True(list.IsConsistent);
        var requests = server.Requests.ToList();
        Assert.Equal("/api/v1/namespaces/ns/configmaps", requests[0].Path);
        Assert.Equal(("2", "app=x"), (requests[0].Query["limit"], requests[0].Query["labelSelector"]));
        Assert.Equal("next", requests[1].Query["continue"]);
    }

    [Fact]
    public async Task Items_keep_the_bytes_the_server_sent()
    {
        const string strange = """{ "kind" : "Odd", "apiVersion":"example.com/v1" ,"metadata":{"name":"\u00e4\/","x":1.0e+2},"z":[ 1,2 ] }""";
        await using var server = await ScriptedServer.StartAsync(Answer.Ok(List("1", "", strange)));
        using var client = server.Client();

        var items = await CollectAsync(client.ListAsync(new GroupVersionResource("example.com", "v1", "odds")));

        Assert.Equal(strange, Encoding.UTF8.GetString(Assert.Single(items).Utf8.Span));
    }

    [Fact]
    public async Task After_410_the_list_goes_on_with_the_token_the_server_offers()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Ok(List("7", "old", Item("a"), Item("b"))),
            Answer.Failure(410, "Expired", "too old", """{"continue":"inconsistent"}"""),
            Answer.Ok(List("9", "", Item("c"), Item("d"))));
        using var client = server.Client();

        var list = client.ListAsync(ConfigMaps, new ListOptions { Limit = 2 });
        var items = await CollectAsync(list);

        Assert.Equal(["a", "b", "c", "d"], items.Select(i => i.Name.Name));
        Assert.False(list.IsConsistent);
        Assert.Equal("7", list.ResourceVersion);
        Assert.Equal("inconsistent", server.Requests.Last().Query["continue"]);
    }

    [Fact]
    public async Task After_410_without_a_token_the_list_starts_again_and_passes_over_what_it_delivered()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Ok(List("7", "old", Item("x", "a-b"), Item("b", "a"))),
            Answer.Failure(410, "Expired", "too old"),
            Answer.Ok(List("9", "more", Item("w", "a-b"), Item("x", "a-b", "8"), Item("a", "a"))),
            Answer.Ok(List("9", "", Item("b", "a"), Item("c", "a"))));
        using var client = server.Client();

        var items = await CollectAsync(client.ListAsync(ConfigMaps, new ListOptions { Limit = 3 }));

        Assert.Equal(["a-b/x", "a/b", "a/c"], items.Select(i => i.Name.ToString()));
        Assert.False(server.Requests.ElementAt(2).Query.ContainsKey("continue"));
        Assert.False(server.Requests.ElementAt(2).Query.ContainsKey("resourceVersion"));
    }

    [Fact]
    public async Task A_reader_that_needs_one_moment_is_told_that_it_expired()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Ok(List("7", "old", Item("a"))),
            Answer.Failure(410, "Expired", "too old", """{"continue":"inconsistent"}"""));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<ResourceExpiredException>(() => CollectAsync(client.ListAsync(ConfigMaps, new ListOptions { RequireConsistent = true })));

        Assert.True(error.IsExpired);
        Assert.Equal("too old", error.Status?.Message);
    }

    [Fact]
    public async Task A_server_that_expires_every_token_is_given_up()
    {
        var asked = 0;
        await using var server = await ScriptedServer.StartAsync(context => asked++ == 0
            ? Answer.Ok(List("7", "old", Item("a")))(context)
            : Answer.Failure(410, "Expired", "too old", """{"continue":"t"}""")(context));
        using var client = server.Client();

        await Assert.ThrowsAsync<ResourceExpiredException>(() => CollectAsync(client.ListAsync(ConfigMaps)));

        Assert.InRange(asked, 3, 10);
    }

    [Fact]
    public async Task A_server_that_does_not_list_in_order_is_not_guessed_about()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Ok(List("7", "old", Item("b"), Item("a"))),
            Answer.Failure(410, "Expired", "too old"));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<ResourceExpiredException>(() => CollectAsync(client.ListAsync(ConfigMaps)));

        Assert.Contains("list them in one page", error.Message);
    }

    [Fact]
    public async Task A_page_that_breaks_off_is_asked_for_again_at_the_same_moment()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.BreakAfter($$"""{"kind":"ConfigMapList","metadata":{"resourceVersion":"7"},"items":[{{Item("a")}},{{Item("b")}},{"meta"""),
            Answer.BreakAfter($$"""{"kind":"ConfigMapList","metadata":{"resourceVersion":"7"},"items":[{{Item("a")}},{{Item("b")}},{{Item("c")}},"""),
            Answer.Ok(List("7", "next", Item("a"), Item("b"), Item("c"), Item("d"))),
            Answer.BreakAfter($$"""{"kind":"ConfigMapList","metadata":{"resourceVersion":"7"},"items":[{{Item("e")}}"""),
            Answer.Ok(List("7", "", Item("e"), Item("f"))));
        using var client = server.Client();

        var list = client.ListAsync(ConfigMaps, new ListOptions { Limit = 4 });
        var items = await CollectAsync(list);

        Assert.Equal(["a", "b", "c", "d", "e", "f"], items.Select(i => i.Name.Name));
        Assert.True(list.IsConsistent);
        Assert.Equal(("7", "Exact"), (server.Requests.ElementAt(1).Query["resourceVersion"], server.Requests.ElementAt(1).Query["resourceVersionMatch"]));
        Assert.Equal("next", server.Requests.ElementAt(4).Query["continue"]);
    }

    [Fact]
    public async Task A_page_that_falls_silent_is_asked_for_again()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Hang($$"""{"kind":"ConfigMapList","metadata":{"resourceVersion":"7"},"items":[{{Item("a")}},"""),
            Answer.Ok(List("7", "", Item("a"), Item("b"))));
        using var client = server.Client(new KubernetesClientOptions { IdleTimeout = TimeSpan.FromSeconds(2) });

        var items = await CollectAsync(client.ListAsync(ConfigMaps));

        Assert.Equal(["a", "b"], items.Select(i => i.Name.Name));
    }

    [Fact]
    public async Task A_page_that_always_breaks_off_is_given_up()
    {
        await using var server = await ScriptedServer.StartAsync(
            context => Answer.BreakAfter("""{"kind":"ConfigMapList","items":[""")(context));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => CollectAsync(client.ListAsync(ConfigMaps)));

        Assert.True(error.IsTransient);
        Assert.Contains("configmaps", error.Message);
    }

    [Theory]
    [InlineData("this is no JSON")]
    [InlineData("""{"items":[1]}""")]
    [InlineData("""{"items":[{"a":1},}]}""")]
    [InlineData("[]")]
    public async Task An_answer_that_is_no_list_is_refused_and_not_asked_for_again(string body)
    {
        await using var server = await ScriptedServer.StartAsync(Answer.Ok(body));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => CollectAsync(client.ListAsync(ConfigMaps)));

        Assert.Contains("not valid JSON", error.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Objects_of_one_and_a_half_megabytes_arrive_whole()
    {
        var big = new string('x', 1_500_000);
        var items = Enumerable.Range(0, 5).Select(i => $$$"""{"metadata":{"name":"n{{{i}}}"},"data":{"k":"{{{big}}}"}}""").ToArray();
        await using var server = await ScriptedServer.StartAsync(Answer.Ok(List("1", "", items)));
        using var client = server.Client();

        var received = await CollectAsync(client.ListAsync(ConfigMaps));

        Assert.Equal(["n0", "n1", "n2", "n3", "n4"], received.Select(i => i.Name.Name));
        Assert.All(received, item => Assert.Equal(1_500_000, ((string?)item.ToNode()["data"]!["k"])!.Length));
    }

    [Fact]
    public async Task A_page_of_a_hundred_megabytes_is_read_in_flat_memory()
    {
        const int count = 1000;
        var filler = new string('x', 100_000);
        await using var server = await ScriptedServer.StartAsync(Answer.Pieces(Pieces()));
        using var client = server.Client();
        var seen = 0;
        long most = 0;

        await foreach (var item in client.ListAsync(ConfigMaps).WithCancellation(Cancel))
        {
            Assert.True(item.Utf8.Length > 100_000);
            if (++seen % 100 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
            }
        }

        Assert.Equal(count, seen);
        Assert.InRange(most, 0, 60_000_000);

        IEnumerable<ReadOnlyMemory<byte>> Pieces()
        {
            yield return Encoding.UTF8.GetBytes("""{"kind":"ConfigMapList","items":[""");
            for (var i = 0; i < count; i++)
            {
                yield return Encoding.UTF8.GetBytes((i > 0 ? "," : "") + $$$"""{"metadata":{"name":"n{{{i:0000}}}"},"data":{"k":"{{{filler}}}"}}""");
            }

            yield return Encoding.UTF8.GetBytes("]}");
        }
    }

    private static async Task<List<RawObject>> CollectAsync(ObjectList list)
    {
        var items = new List<RawObject>();
        await foreach (var item in list.WithCancellation(Cancel))
        {
            items.Add(item);
        }

        return items;
    }
}
