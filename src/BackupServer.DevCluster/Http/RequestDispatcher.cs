using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Security;

namespace BackupServer.DevCluster.Http;

/// <summary>Routes a request: authentication, then resource, discovery or health; every refusal becomes a Status.</summary>
internal sealed class RequestDispatcher(DevClusterHost host)
{
    private readonly ResourceEndpoint _resources = new(host);

    public async Task HandleAsync(HttpContext http)
    {
        var ct = http.RequestAborted;
        try
        {
            await RouteAsync(http, ct);
        }
        catch (ApiStatusException error) when (!http.Response.HasStarted)
        {
            await Answer.WriteAsync(http, error, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            http.Abort();
        }
    }

    private async Task RouteAsync(HttpContext http, CancellationToken ct)
    {
        var user = Authenticate(http.Request);
        var text = http.Request.Path.Value ?? "/";
        if (RequestPath.Parse(text) is { } path && host.Catalog.TryGet(path.Group, path.Version, path.Resource, out var resource))
        {
            await _resources.HandleAsync(new ApiRequest(host, http, user, resource, path), ct);
            return;
        }

        if (text is "/healthz" or "/livez" or "/readyz")
        {
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync("ok", ct);
            return;
        }

        throw ApiErrors.NoSuchPath();
    }

    private UserInfo Authenticate(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return UserInfo.Anonymous;
        }

        return host.Authenticator.Authenticate(header["Bearer ".Length..].Trim()) ?? throw new ApiStatusException(401, "Unauthorized", "Unauthorized");
    }
}
