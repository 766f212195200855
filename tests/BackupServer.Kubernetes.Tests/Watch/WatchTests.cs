using System.Text;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Tests.Servers;
using BackupServer.Kubernetes.Watch;
using static BackupServer.Kubernetes.Tests.Servers.Resources;

namespace BackupServer.Kubernetes.Tests.Watch;

public sealed class WatchTests
{
    private const string Bookmark = """{"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"99"}}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_come_in_order_with_bookmarks_and_the_watch_ends_with_the_server()
    {
        var body = $"{Event("ADDED", "a", "1")}\n{Event("MODIFIED", "a", "2")}\n{Event("DELETED", "a", "3")}\n{Bookmark}\n";
        await using var server = await ScriptedServer.StartAsync(Answer.Ok(body));
        using var client = server.Client();

        var events = await CollectAsync(client, "0");

        Assert.Equal(
            [WatchEventType.Added, WatchEventType.Modified, WatchEventType.Deleted, WatchEventType.Bookmark], events.Select(e => e.Type));
        Assert.Equal(["1", "2", "3", "99"], events.Select(e => e.Object.Metadata.ResourceVersion));
        Assert.Equal(ConfigMap("a", "1"), Encoding.UTF8.GetString(events[0].Object.Utf8.Span));
        var query = server.Requests.Single().Query;
        Assert.Equal(("true", "true", "0"), (query["watch"], query["allowWatchBookmarks"], query["resourceVersion"]));
    }

    [Fact]
    public async Task Events_are_put_together_from_pieces_of_one_byte()
    {
        var body = Encoding.UTF8.GetBytes($"{Event("ADDED", "ä", "1")}{Event("ADDED", "b", "2")}\n");
        await using var server = await ScriptedServer.StartAsync(Answer.Pieces(Enumerable.Range(0, body.Length).Select(i => (ReadOnlyMemory<byte>)body.AsMemory(i, 1))));
        using var client = server.Client();

        var events = await CollectAsync(client, "0");

        Assert.Equal(["ä", "b"], events.Select(e => e.Object.Name.Name));
    }

    [Fact]
    public async Task A_version_too_old_is_a_typed_error_whether_it_comes_as_event_or_as_answer()
    {
        const string expired = """{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old resource version: 1 (5)","reason":"Expired","code":410}}""";
        await using var server = await ScriptedServer.StartAsync(Answer.Ok(expired), Answer.Failure(410, "Expired", "too old"));
        using var client = server.Client();

        var asEvent = await Assert.ThrowsAsync<ResourceExpiredException>(() => CollectAsync(client, "1"));
        var asAnswer = await Assert.ThrowsAsync<ResourceExpiredException>(() => CollectAsync(client, "1"));

        Assert.Equal("too old resource version: 1 (5)", asEvent.Status?.Message);
        Assert.True(asAnswer.IsExpired);
    }

    [Fact]
    public async Task A_watch_that_breaks_inside_an_event_says_so_and_may_be_tried_again()
    {
        await using var server = await ScriptedServer.StartAsync(Answer.Ok($$"""{{Event("ADDED", "a", "1")}}{"type":"ADD"""));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => CollectAsync(client, "0"));

        Assert.True(error.IsTransient);
        Assert.Contains("ended inside an event", error.Message);
    }

    [Fact]
    public async Task A_watch_without_the_right_names_verb_and_resource()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Failure(403, "Forbidden", "configmaps is forbidden: User \\\"u\\\" cannot watch resource \\\"configmaps\\\" in API group \\\"\\\" in the namespace \\\"ns\\\""));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => CollectAsync(client, "0"));

        Assert.True(error.IsForbidden);
        Assert.Contains("Not allowed to watch configmaps in namespace \"ns\"", error.Message);
        Assert.Contains("verb \"watch\" on resource \"configmaps\" in API group \"\" in namespace \"ns\"", error.Message);
    }

    private static string Event(string type, string name, string rv) => $$"""{"type":"{{type}}","object":{{ConfigMap(name, rv)}}}""";

    private static async Task<List<WatchEvent>> CollectAsync(KubernetesClient client, string version)
    {
        var events = new List<WatchEvent>();
        await foreach (var next in client.WatchAsync(ConfigMaps, new WatchOptions { Namespace = "ns", ResourceVersion = version }, Cancel))
        {
            events.Add(next);
        }

        return events;
    }
}
