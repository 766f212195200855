using System.Collections.Concurrent;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Tests.Servers;
using BackupServer.Kubernetes.Watch;
using Microsoft.Extensions.Logging.Abstractions;
using static BackupServer.Kubernetes.Tests.Servers.Resources;

namespace BackupServer.Kubernetes.Tests.Watch;

public sealed class InformerTests
{
    private const string Expired = """{"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"too old","reason":"Expired","code":410}}""";

    private readonly ConcurrentQueue<string> _events = new();

    [Fact]
    public async Task After_410_it_lists_anew_and_tells_only_the_difference()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Ok(List("5", "", Item("gone", rv: "1"), Item("same", rv: "2"), Item("changed", rv: "3"))),
            Answer.Ok(Event("ADDED", "seen", "6") + Expired),
            Answer.Ok(List("9", "", Item("same", rv: "2"), Item("changed", rv: "8"), Item("new", rv: "9"), Item("seen", rv: "6"))),
            Answer.Hang(""));
        using var client = server.Client();

        await RunAsync(client, informer => Eventually.TrueAsync(() => server.Requests.Count == 4, "the second watch"), informer =>
        {
            Assert.Equal(["changed", "new", "same", "seen"], informer.Objects.Select(o => o.Name.Name).Order());
            Assert.Equal("8", informer.Find(new ObjectName("ns", "changed"))!.Metadata.ResourceVersion);
        });

        Assert.Equal(
            ["Added changed 3", "Added gone 1", "Added same 2", "Added seen 6", "Deleted gone 1", "Modified changed 8", "Added new 9"],
            _events.Take(3).Order().Concat(_events.Skip(3)));
        Assert.Equal("5", server.Requests.ElementAt(1).Query["resourceVersion"]);
        Assert.Equal("9", server.Requests.ElementAt(3).Query["resourceVersion"]);
    }

    [Fact]
    public async Task A_watch_that_ends_or_breaks_goes_on_from_the_last_version_bookmarks_included()
    {
        const string bookmark = """{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"20"}}}""";
        await using var server = await ScriptedServer.StartAsync(
            Answer.Ok(List("5", "")),
            Answer.Ok(Event("ADDED", "a", "6")),
            Answer.Ok(bookmark),
            Answer.BreakAfter(Event("MODIFIED", "a", "21")),
            Answer.Hang(Event("DELETED", "a", "22")));
        using var client = server.Client();

        await RunAsync(client, informer => Eventually.TrueAsync(() => _events.Count == 3, "the deletion"), informer => Assert.Empty(informer.Objects));

        Assert.Equal(["Added a 6", "Modified a 21", "Deleted a 22"], _events);
        Assert.Equal(["5", "6", "20", "21"], server.Requests.Skip(1).Select(r => r.Query["resourceVersion"]));
    }

    [Fact]
    public async Task An_object_made_again_under_its_name_is_a_deletion_and_an_addition()
    {
        var again = Event("MODIFIED", "a", "7").Replace("uid-a", "another", StringComparison.Ordinal);
        await using var server = await ScriptedServer.StartAsync(Answer.Ok(List("5", "", Item("a", rv: "5"))), Answer.Hang(again));
        using var client = server.Client();

        await RunAsync(client, informer => Eventually.TrueAsync(() => _events.Count == 3, "three events"), _ => { });

        Assert.Equal(["Added a 5", "Deleted a 5", "Added a 7"], _events);
    }

    [Fact]
    public async Task A_list_that_expires_between_its_pages_is_asked_for_in_one_answer()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Ok(List("5", "t", Item("a"))),
            Answer.Failure(410, "Expired", "too old", """{"continue":"x"}"""),
            Answer.Ok(List("6", "", Item("a"), Item("b"))),
            Answer.Hang(""));
        using var client = server.Client();

        await RunAsync(client, informer => informer.Synced, informer => Assert.Equal(2, informer.Count));

        Assert.False(server.Requests.ElementAt(2).Query.ContainsKey("limit"));
    }

    [Fact]
    public async Task A_refusal_is_told_and_tried_again_until_it_ends()
    {
        await using var server = await ScriptedServer.StartAsync(
            Answer.Failure(403, "Forbidden", "no"),
            Answer.Failure(403, "Forbidden", "no"),
            Answer.Ok(List("6", "", Item("a"))),
            Answer.Hang(""));
        using var client = server.Client();

        await RunAsync(client, informer => informer.Synced, informer => Assert.Null(informer.LastError));

        Assert.InRange(server.Requests.Count, 3, 4);
    }

    private static string Event(string type, string name, string rv) => $$"""{"type":"{{type}}","object":{{ConfigMap(name, rv)}}}""";

    private async Task RunAsync(KubernetesClient client, Func<Informer, Task> until, Action<Informer> check)
    {
        var informer = new Informer(
            client,
            ConfigMaps,
            new InformerOptions { Namespace = "ns", FirstPause = TimeSpan.FromMilliseconds(1) },
            e => _events.Enqueue($"{e.Type} {e.Object.Name.Name} {e.Object.Metadata.ResourceVersion}"),
            NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = informer.RunAsync(stop.Token);

        await until(informer).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        check(informer);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
