using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;

namespace BackupServer.DevCluster.Http;

/// <summary>DELETE of objects and collections.</summary>
internal sealed class DeleteEndpoint(DevClusterHost host)
{
    private const int PageSize = 500;

    public async Task DeleteAsync(ApiRequest request, CancellationToken ct)
    {
        var delete = await ReadOptionsAsync(request, ct);
        var result = host.Resources.Delete(request.Resource, request.Namespace, request.Name, delete, Options(request));
        if (!result.Gone || host.Behaviours.For(request.Resource).DeleteReturnsObject)
        {
            await request.WriteObjectAsync(200, result.Object, ct);
            return;
        }

        var details = new JsonObject { ["name"] = request.Name };
        if (request.Resource.Group.Length > 0)
        {
            details["group"] = request.Resource.Group;
        }

        details["kind"] = request.Resource.Resource;
        details["uid"] = result.Object.Uid();
        await request.WriteAsync(
            200, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details }, ct);
    }

    public async Task DeleteCollectionAsync(ApiRequest request, CancellationToken ct)
    {
        var parameters = ListParameters.Read(request, watch: false);
        var delete = await ReadOptionsAsync(request, ct);
        delete.Validate();
        var options = Options(request);
        var page = ListAnswer.ReadPage(request, parameters);
        var items = new JsonArray();
        foreach (var item in page.Items)
        {
            var obj = ResourceService.Served(request.Resource, item);
            if (!request.Resource.IsCustom)
            {
                obj.Remove("kind");
                obj.Remove("apiVersion");
            }

            items.Add(obj);
            host.Resources.DeleteIfExists(request.Resource, item.Namespace, item.Name, delete, options);
            if (items.Count % PageSize == 0)
            {
                ct.ThrowIfCancellationRequested();
            }
        }

        await request.WriteAsync(
            200,
            new JsonObject
            {
                ["kind"] = request.Resource.ListKind,
                ["apiVersion"] = request.Resource.ApiVersion,
                ["metadata"] = new JsonObject { ["resourceVersion"] = page.Revision.ToString() },
                ["items"] = items,
            },
            ct);
    }

    private static WriteOptions Options(ApiRequest request) => new() { User = request.User, Warnings = request.Warnings, FieldManager = "delete" };

    private static async Task<DeleteOptions> ReadOptionsAsync(ApiRequest request, CancellationToken ct)
    {
        var bytes = await RequestBody.ReadAsync(request.Http, ct);
        if (bytes.Length > 0)
        {
            return FromBody(request, bytes);
        }

        long? grace = null;
        if (request.Query("gracePeriodSeconds") is { Length: > 0 } text)
        {
            grace = long.TryParse(text, out var seconds) ? seconds : throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
        }

        return new DeleteOptions
        {
            GracePeriodSeconds = grace,
            PropagationPolicy = request.Query("propagationPolicy"),
            OrphanDependents = request.Query("orphanDependents") is { Length: > 0 } orphan ? orphan is "true" or "1" : null,
            DryRun = [.. request.Http.Request.Query["dryRun"].Where(v => v is { Length: > 0 }).Select(v => v!)],
        };
    }

    private static DeleteOptions FromBody(ApiRequest request, byte[] bytes)
    {
        var mediaType = RequestBody.MediaType(request.Http.Request);
        RequestBody.CheckMediaType(request, mediaType);
        try
        {
            var body = RequestBody.Parse(mediaType, bytes, out _) as JsonObject ?? throw ApiErrors.BadRequest("couldn't get version/kind; json parse error: json: cannot unmarshal a value that is no object");
            if ((string?)body["kind"] is { } kind && kind != "DeleteOptions")
            {
                throw ApiErrors.BadRequest($"decoded object cannot be converted to DeleteOptions: {kind}");
            }

            var options = DeleteOptions.FromJson(body);
            return request.Query("dryRun") is { Length: > 0 } dryRun ? options with { DryRun = [dryRun] } : options;
        }
        catch (FormatException e)
        {
            throw ApiErrors.BadRequest($"couldn't get version/kind; json parse error: {e.Message}");
        }
        catch (InvalidOperationException e)
        {
            throw ApiErrors.BadRequest($"DeleteOptions in version \"v1\" cannot be handled as a DeleteOptions: {e.Message}");
        }
    }
}
