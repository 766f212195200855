using System.Globalization;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Http;

namespace BackupServer.DevCluster.Nodes;

/// <summary>pods/log: container, previous, follow, tailLines, sinceSeconds, sinceTime, timestamps, limitBytes.</summary>
internal sealed class PodLogHandler(NodePool nodes) : ISubresourceHandler
{
    public async Task HandleAsync(ApiRequest request, CancellationToken ct)
    {
        if (request.Http.Request.Method != "GET") throw ApiErrors.MethodNotAllowed();
        var pod = request.Host.Resources.Get(request.Resource, request.Namespace, request.Name);
        var name = PodContainers.Choose(pod, request.Query("container"));
        if (pod.Text("spec", "nodeName") is null or "")
        {
            request.Http.Response.StatusCode = 204;
            return;
        }

        if (nodes.Find(pod) is not { } place || place.Worker.Find(name) is not { } container)
        {
            throw new ApiStatusException(500, "InternalError", $"the logs of pod {pod.Name()} are not on any node of this cluster");
        }

        var previous = request.Flag("previous");
        // While a container runs, its run is the newest begun; otherwise that one is the last that ended.
        var run = container.Begun - 1 - (previous ? 1 : 0);
        if (run < 0 || (previous && container.Restarts == 0))
        {
            throw previous
                ? ApiErrors.BadRequest($"previous terminated container \"{name}\" in pod \"{pod.Name()}\" not found")
                : ApiErrors.BadRequest($"container \"{name}\" in pod \"{pod.Name()}\" is waiting to start: {container.Waiting?.Reason ?? "ContainerCreating"}");
        }

        var path = place.Worker.LogPath(container, run);
        if (!File.Exists(path)) throw ApiErrors.BadRequest($"the log of container \"{name}\" in pod \"{pod.Name()}\" is no longer there");
        request.Http.Response.StatusCode = 200;
        request.Http.Response.ContentType = "text/plain";
        await request.Http.Response.StartAsync(ct);
        await LogReader.CopyAsync(path, previous ? null : container.Run?.Log, Read(request), request.Http.Response.Body, ct);
    }

    private static LogQuery Read(ApiRequest request)
    {
        DateTimeOffset? since = Number(request, "sinceSeconds") is { } seconds ? request.Host.Time.GetUtcNow().AddSeconds(-seconds) : null;
        if (DateTimeOffset.TryParse(request.Query("sinceTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) since = time;
        var tail = Number(request, "tailLines");
        return new LogQuery(request.Flag("follow"), request.Flag("timestamps"), tail < 0 ? null : tail, Number(request, "limitBytes"), since);
    }

    private static long? Number(ApiRequest request, string name)
    {
        if (request.Query(name) is not { Length: > 0 } text) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiErrors.BadRequest($"{name} must be a whole number, not \"{text}\"");
    }
}
