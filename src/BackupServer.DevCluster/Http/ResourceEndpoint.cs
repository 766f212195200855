using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Http;

/// <summary>The verbs of a resource over HTTP.</summary>
internal sealed class ResourceEndpoint(DevClusterHost host)
{
    public async Task HandleAsync(ApiRequest request, CancellationToken ct)
    {
        if (request.Path.Subresource.Length > 0 && host.Subresources.For(request.Resource.Bucket, request.Path.Subresource) is { } handler)
        {
            await handler.HandleAsync(request, ct);
            return;
        }

        var resources = host.Resources;
        var options = new WriteOptions { User = request.User, DryRun = request.Query("dryRun") == "All", Warnings = request.Warnings };
        switch (request.Http.Request.Method, request.Name.Length > 0)
        {
            case ("GET", true):
                await request.WriteAsync(200, resources.Get(request.Resource, request.Namespace, request.Name), ct);
                break;
            case ("GET", false):
                await ListAsync(request, ct);
                break;
            case ("POST", false):
                await request.WriteAsync(201, resources.Create(request.Resource, request.Namespace, await request.ReadObjectAsync(ct), options), ct);
                break;
            case ("PUT", true):
                var body = await request.ReadObjectAsync(ct);
                await request.WriteAsync(200, resources.Update(request.Resource, request.Namespace, request.Name, body, options, request.Path.Subresource), ct);
                break;
            case ("DELETE", true):
                var result = resources.Delete(request.Resource, request.Namespace, request.Name, new DeleteOptions(), options);
                await request.WriteAsync(200, result.Object, ct);
                break;
            default:
                throw ApiErrors.MethodNotAllowed();
        }
    }

    private async Task ListAsync(ApiRequest request, CancellationToken ct)
    {
        var page = host.Resources.List(request.Resource, new ListRequest { Namespace = request.Namespace.Length > 0 ? request.Namespace : null });
        var list = new JsonObject
        {
            ["kind"] = request.Resource.ListKind,
            ["apiVersion"] = request.Resource.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = page.Revision.ToString() },
            ["items"] = new JsonArray([.. page.Items.Select(i => (JsonNode)ResourceService.Served(request.Resource, i))]),
        };
        await request.WriteAsync(200, list, ct);
    }
}
