using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.DevCluster.Tests.Support;

/// <summary>A composed cluster whose resources are used in process; controllers and HTTP are not started.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly DevClusterHost _host = new(new DevClusterOptions { Token = "t", Nodes = 0, Seed = 1 }, TimeProvider.System, NullLoggerFactory.Instance);

    public TestCluster()
    {
        Apply("v1", "namespaces", """{"metadata":{"name":"ns"}}""", "");
        Apply("v1", "serviceaccounts", """{"metadata":{"name":"default"}}""");
    }

    public ResourceService Resources => _host.Resources;

    /// <summary>Creates an object given as JSON; the path is group/version or version.</summary>
    public JsonObject Apply(string apiVersion, string resource, string json, string ns = "ns", WriteOptions? options = null) =>
        Resources.Create(Resource(apiVersion, resource), ns, JsonNode.Parse(json)!.AsObject(), options ?? new WriteOptions());

    /// <summary>The refusal of a creation.</summary>
    public ApiStatusException Refused(string apiVersion, string resource, string json, string ns = "ns") =>
        Assert.Throws<ApiStatusException>(() => Apply(apiVersion, resource, json, ns));

    /// <summary>Changes an object in place and stores it.</summary>
    public JsonObject Change(string apiVersion, string resource, string name, Action<JsonObject> change, string ns = "ns", string subresource = "") =>
        Resources.Modify(Resource(apiVersion, resource), ns, name, obj =>
        {
            change(obj);
            return true;
        }, new WriteOptions(), subresource)!;

    public Registry.ResourceDefinition Resource(string apiVersion, string resource)
    {
        var parts = apiVersion.Split('/');
        return Resources.Catalog.Get(parts.Length == 2 ? parts[0] : "", parts[^1], resource);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
