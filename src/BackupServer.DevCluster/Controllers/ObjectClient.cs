using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Controllers;

/// <summary>The API in-process, through the same service that HTTP requests come through.</summary>
internal sealed class ObjectClient(ResourceService service, WriteOptions options) : IObjectClient
{
    private static readonly IReadOnlyList<JsonObject> None = [];

    public JsonObject? Get(string resource, string? ns, string name)
    {
        if (Find(resource) is not { } definition) return null;
        return service.Find(definition, ns ?? string.Empty, name) is { } stored ? ResourceService.Served(definition, stored) : null;
    }

    public IReadOnlyList<JsonObject> List(string resource, string? ns = null) => Find(resource) is { } definition
        ? [.. service.List(definition, ns).Select(stored => ResourceService.Served(definition, stored))]
        : None;

    public Task<JsonObject> CreateAsync(string resource, string? ns, JsonObject body, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(service.Create(Require(resource), ns ?? string.Empty, AsSent(body), options with { Warnings = [] }));
    }

    public Task<JsonObject?> ChangeAsync(
        string resource, string? ns, string name, string subresource, Action<JsonObject> change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Find(resource) is not { } definition) return Task.FromResult<JsonObject?>(null);
        try
        {
            var written = service.Transform(definition, ns ?? string.Empty, name, current =>
            {
                var before = current.DeepClone();
                change(current);
                return JsonNode.DeepEquals(before, current) ? current : AsSent(current);
            }, options with { Warnings = [] }, subresource);
            return Task.FromResult<JsonObject?>(written.Object);
        }
        catch (ApiStatusException gone) when (gone.Code == 404)
        {
            return Task.FromResult<JsonObject?>(null);
        }
    }

    public Task<bool> DeleteAsync(string resource, string? ns, string name, DeleteWish wish, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Find(resource) is not { } definition) return Task.FromResult(false);
        var delete = new DeleteOptions { GracePeriodSeconds = wish.GraceSeconds, PropagationPolicy = wish.Propagation, PreconditionUid = wish.Uid };
        try
        {
            return Task.FromResult(service.DeleteIfExists(definition, ns ?? string.Empty, name, delete, options with { Warnings = [] }));
        }
        catch (ApiStatusException other) when (other.Code == 409 && wish.Uid is not null)
        {
            // Another object of that name: the one that was meant is gone.
            return Task.FromResult(false);
        }
    }

    /// <summary>The tree as the server would read it off the wire: numbers and texts lose the types they had here.</summary>
    private static JsonObject AsSent(JsonObject body) => JsonNode.Parse(body.ToJsonString())!.AsObject();

    private ResourceDefinition? Find(string resource)
    {
        var dot = resource.IndexOf('.');
        return dot < 0 ? service.Catalog.Find(string.Empty, resource) : service.Catalog.Find(resource[(dot + 1)..], resource[..dot]);
    }

    private ResourceDefinition Require(string resource) => Find(resource) ?? throw ApiErrors.NoSuchPath();
}
