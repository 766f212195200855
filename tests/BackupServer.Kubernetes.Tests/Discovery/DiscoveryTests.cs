using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace BackupServer.Kubernetes.Tests.Discovery;

public sealed class DiscoveryTests
{
    private const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private static readonly string Data = Path.Combine(AppContext.BaseDirectory, "data", "discovery");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Aggregated_and_legacy_documents_of_one_server_say_the_same()
    {
        await using var modern = await ScriptedServer.StartAsync((HttpContext context) => Aggregated(context));
        await using var old = await ScriptedServer.StartAsync((HttpContext context) => Legacy(context));
        using var modernClient = modern.Client();
        using var oldClient = old.Client();

        var aggregated = await modernClient.Discovery.DiscoverAsync(cancellationToken: Cancel);
        var legacy = await oldClient.Discovery.DiscoverAsync(cancellationToken: Cancel);

        Assert.Empty(aggregated.Failures);
        Assert.Empty(legacy.Failures);
        Assert.Equal(2, modern.Requests.Count);
        Assert.True(aggregated.Resources.Count > 60);
        Assert.Equal(Describe(aggregated.Resources), Describe(legacy.Resources));
    }

    [Fact]
    public async Task Resources_are_found_by_address_kind_and_the_names_kubectl_knows()
    {
        await using var server = await ScriptedServer.StartAsync((HttpContext context) => Aggregated(context));
        using var client = server.Client();

        var found = await client.Discovery.DiscoverAsync(cancellationToken: Cancel);

        Assert.Equal("Deployment", found.Find(new GroupVersionResource("apps", "v1", "deployments"))!.Kind);
        Assert.Equal("deployments", found.FindKind("apps/v1", "Deployment")!.Resource.Resource);
        Assert.Equal(["scale", "status"], found.Resolve("deploy")!.Subresources);
        Assert.Equal("pods", found.Resolve("po")!.Resource.Resource);
        Assert.Equal("events", found.Resolve("Event")!.Resource.Resource);
        Assert.Equal("v2", found.Resolve("hpa")!.Resource.Version);
        Assert.Equal("snapshot.storage.k8s.io", found.Resolve("volumesnapshots.snapshot.storage.k8s.io")!.Resource.Group);
        Assert.False(found.Resolve("nodes")!.Namespaced);
        Assert.Null(found.Resolve("unicorns"));
    }

    [Fact]
    public async Task A_group_whose_service_is_down_is_reported_and_hurts_no_other()
    {
        await using var server = await ScriptedServer.StartAsync((HttpContext context) => context.Request.Path.Value switch
        {
            "/api" => Answer.Ok("""{"kind":"APIVersions","versions":["v1"]}""")(context),
            "/apis" => Answer.Ok("""{"groups":[{"name":"down.test","versions":[{"groupVersion":"down.test/v1","version":"v1"}]},{"name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}]}]}""")(context),
            "/apis/down.test/v1" => Answer.Json(503, "service unavailable\n")(context),
            var path => Answer.Ok($$"""{"groupVersion":"x","resources":[{"name":"things{{path!.Length}}","kind":"Thing","namespaced":true,"verbs":["list"]}]}""")(context),
        });
        using var client = server.Client();

        var found = await client.Discovery.DiscoverAsync(cancellationToken: Cancel);

        Assert.Equal(["", "apps"], found.Resources.Select(r => r.Resource.Group));
        var failure = Assert.Single(found.Failures);
        Assert.Equal("down.test/v1", failure.GroupVersion);
        Assert.Contains("service unavailable", failure.Reason);
    }

    [Fact]
    public async Task A_stale_group_of_the_aggregated_document_is_reported()
    {
        const string stale = """{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"down.test"},"versions":[{"version":"v1","freshness":"Stale"}]}]}""";
        await using var server = await ScriptedServer.StartAsync((HttpContext context) =>
        {
            context.Response.ContentType = AggregatedType;
            return context.Response.WriteAsync(context.Request.Path == "/apis" ? stale : """{"items":[]}""");
        });
        using var client = server.Client();

        var found = await client.Discovery.DiscoverAsync(cancellationToken: Cancel);

        Assert.Equal("down.test/v1", Assert.Single(found.Failures).GroupVersion);
    }

    [Fact]
    public async Task What_was_found_is_remembered_until_a_kind_is_missing_or_a_refresh_is_asked_for()
    {
        await using var server = await ScriptedServer.StartAsync((HttpContext context) => Aggregated(context));
        using var client = server.Client();

        await client.Discovery.DiscoverAsync(cancellationToken: Cancel);
        await client.Discovery.DiscoverAsync(cancellationToken: Cancel);
        await client.Discovery.FindKindAsync("v1", "Pod", Cancel);
        Assert.Equal(2, server.Requests.Count);
        Assert.Null(await client.Discovery.FindKindAsync("new.test/v1", "New", Cancel));
        Assert.Equal(4, server.Requests.Count);
        await client.Discovery.DiscoverAsync(refresh: true, Cancel);

        Assert.Equal(6, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_is_no_kubernetes_is_called_so()
    {
        await using var server = await ScriptedServer.StartAsync((HttpContext context) => Answer.Ok("<html>")(context));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.Discovery.DiscoverAsync(cancellationToken: Cancel));

        Assert.Contains("is not the discovery of a Kubernetes API server", error.Message);
    }

    private static Task Aggregated(HttpContext context)
    {
        context.Response.ContentType = AggregatedType;
        return context.Response.SendFileAsync(Path.Combine(Data, context.Request.Path == "/api" ? "aggregated-api.json" : "aggregated-apis.json"), Cancel);
    }

    private static Task Legacy(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var file = path switch
        {
            "/api" => "legacy-api.json",
            "/apis" => "legacy-apis.json",
            "/api/v1" => "groups/core_v1.json",
            _ => $"groups/{path["/apis/".Length..].Replace('/', '_')}.json",
        };
        context.Response.ContentType = "application/json";
        return context.Response.SendFileAsync(Path.Combine(Data, file), Cancel);
    }

    private static IEnumerable<string> Describe(IEnumerable<ResourceType> resources) => resources
        .Select(r => $"{r.Resource} {r.Kind} {r.Namespaced} {r.Preferred} {string.Join(',', r.Verbs)} {string.Join(',', r.Subresources.Order())} "
            + $"{string.Join(',', r.ShortNames)} {string.Join(',', r.Categories)} {r.SingularName}")
        .Order(StringComparer.Ordinal);
}
