using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.CustomResources;
using BackupServer.DevCluster.Tests.Support;

namespace BackupServer.DevCluster.Tests.CustomResources;

public sealed class DefinitionLifecycleTests : IAsyncDisposable
{
    private const string Body = """
        {"metadata":{"name":"widgets.x.test"},"spec":{"group":"x.test","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},
         "versions":[{"name":"v1beta1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
          {"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"a":{"type":"string"}}}}}},
           "subresources":{"status":{}}}]}}
        """;

    private readonly TestCluster _cluster = new();
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromMinutes(2));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _cluster.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_definition_is_established_serves_and_takes_its_instances_with_it()
    {
        var running = new DefinitionController(_cluster.Resources, TimeProvider.System).RunAsync(_stop.Token);
        var created = _cluster.Apply("apiextensions.k8s.io/v1", "customresourcedefinitions", Body, "");
        await WaitAsync(() => _cluster.Resources.Catalog.TryGet("x.test", "v1", "widgets", out _));

        var instance = _cluster.Apply("x.test/v1", "widgets", """{"metadata":{"name":"a"},"spec":{"a":"1","zz":1},"status":{"x":1}}""");
        var definitions = _cluster.Resource("apiextensions.k8s.io/v1", "customresourcedefinitions");
        var deleted = _cluster.Resources.Delete(definitions, "", "widgets.x.test", new DeleteOptions(), new WriteOptions());
        await WaitAsync(() => _cluster.Resources.Find(definitions, "", "widgets.x.test") is null);
        await WaitAsync(() => !_cluster.Resources.Catalog.TryGet("x.test", "v1", "widgets", out _));

        Assert.Equal("""{"conditions":null,"acceptedNames":{"plural":"","kind":""},"storedVersions":["v1"]}""", created["status"]!.ToJsonString());
        Assert.Equal("widget", (string?)created["spec"]!["names"]!["singular"]);
        Assert.Equal("""{"a":"1"}""", instance["spec"]!.ToJsonString());
        Assert.Null(instance["status"]);
        Assert.False(deleted.Gone);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData("\"storage\":true", "\"storage\":false", "must have exactly one version marked as storage version")]
    [InlineData("\"name\":\"widgets.x.test\"", "\"name\":\"gizmos.x.test\"", "must be spec.names.plural+\\\".\\\"+spec.group")]
    [InlineData("\"scope\":\"Namespaced\"", "\"scope\":\"Somewhere\"", "spec.scope: Unsupported value: \\\"Somewhere\\\": supported values: \\\"Cluster\\\", \\\"Namespaced\\\"")]
    public void A_definition_that_contradicts_itself_is_refused(string part, string replacement, string words)
    {
        var refused = _cluster.Refused("apiextensions.k8s.io/v1", "customresourcedefinitions", Body.Replace(part, replacement), "");

        Assert.Contains(words.Replace("\\\"", "\""), refused.Message);
    }

    private async Task WaitAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(10, _stop.Token);
        }
    }
}
