using System.Globalization;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;

namespace BackupServer.DevCluster.Http;

/// <summary>The verbs of resources and their subresources over HTTP.</summary>
internal sealed class ResourceEndpoint(DevClusterHost host)
{
    private readonly Tables _tables = new(host.Tables, host.Time);
    private readonly DeleteEndpoint _deletions = new(host);
    private readonly PatchEndpoint _patches = new(host);

    public Task HandleAsync(ApiRequest request, CancellationToken ct)
    {
        var method = request.Http.Request.Method;
        if (request.Path.Subresource.Length > 0)
        {
            return HandleSubresourceAsync(request, method, ct);
        }

        var named = request.Name.Length > 0;
        if (!named && request.Resource.Namespaced && request.Namespace.Length == 0 && method != "GET")
        {
            throw ApiErrors.MethodNotAllowed();
        }

        if (!request.Resource.Supports(RequestVerb.Of(request)))
        {
            throw ApiErrors.MethodNotAllowed();
        }

        if (method == "POST" && host.Subresources.For(request.Resource.Bucket, "") is { } creator)
        {
            return creator.HandleAsync(request, ct);
        }

        return (method, named) switch
        {
            ("GET", true) => GetAsync(request, ct),
            ("GET", false) => ListAsync(request, ct),
            ("POST", false) => CreateAsync(request, ct),
            ("PUT", true) => ReplaceAsync(request, "", ct),
            ("PATCH", true) => _patches.HandleAsync(request, "", ct),
            ("DELETE", true) => _deletions.DeleteAsync(request, ct),
            ("DELETE", false) => _deletions.DeleteCollectionAsync(request, ct),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
    }

    private Task HandleSubresourceAsync(ApiRequest request, string method, CancellationToken ct)
    {
        var name = request.Path.Subresource;
        if (host.Subresources.For(request.Resource.Bucket, name) is { } handler)
        {
            return handler.HandleAsync(request, ct);
        }

        if (request.Resource.Subresource(name) is not { } definition)
        {
            throw request.Resource.IsCustom && name is "status" or "scale" ? ApiErrors.NotFound(request.Resource, request.Name) : ApiErrors.NoSuchPath();
        }

        if (!definition.Verbs.Contains(method switch { "GET" => "get", "PUT" => "update", "PATCH" => "patch", "POST" => "create", "DELETE" => "delete", _ => "" }))
        {
            throw ApiErrors.MethodNotAllowed();
        }

        return (method, name) switch
        {
            ("GET", "scale") => request.WriteAsync(200, ScaleView.Read(request.Resource, Find(request)), ct),
            ("PUT", "scale") => ReplaceScaleAsync(request, ct),
            ("GET", _) => GetAsync(request, ct),
            ("PUT", _) => ReplaceAsync(request, name, ct),
            ("PATCH", _) => _patches.HandleAsync(request, name, ct),
            _ => throw ApiErrors.NoSuchPath(),
        };
    }

    private JsonObject Find(ApiRequest request) => host.Resources.Get(request.Resource, request.Namespace, request.Name);

    private Task GetAsync(ApiRequest request, CancellationToken ct)
    {
        if (request.Query("resourceVersion") is { Length: > 0 } version && !ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw ApiErrors.Unclassified($"resourceVersion: Invalid value: \"{version}\": strconv.ParseUint: parsing \"{version}\": invalid syntax");
        }

        return request.WriteObjectAsync(200, Find(request), ct);
    }

    private Task ListAsync(ApiRequest request, CancellationToken ct)
    {
        var watch = request.Flag("watch");
        var parameters = ListParameters.Read(request, watch);
        return watch
            ? new WatchAnswer(request, parameters, request.Form, _tables, host.Time).WriteAsync(ct)
            : new ListAnswer(_tables).WriteAsync(request, parameters, request.Form, ct);
    }

    private async Task CreateAsync(ApiRequest request, CancellationToken ct)
    {
        var (obj, duplicates) = await RequestBody.ReadObjectAsync(request, null, ct);
        var options = WriteParameters.Read(request, "CreateOptions") with { DuplicateFields = duplicates, IsDecoded = true };
        RequestBody.CheckKind(request.Resource, obj, host.Catalog);
        obj = ObjectDecoder.Decode(request.Resource, obj, options);
        CheckNamespace(request, obj);
        var created = host.Resources.Create(request.Resource, request.Namespace, obj, options);
        await request.WriteObjectAsync(201, created, ct);
    }

    private async Task ReplaceAsync(ApiRequest request, string subresource, CancellationToken ct)
    {
        var (obj, duplicates) = await RequestBody.ReadObjectAsync(request, null, ct);
        var options = WriteParameters.Read(request, "UpdateOptions") with { DuplicateFields = duplicates, IsDecoded = true };
        RequestBody.CheckKind(request.Resource, obj, host.Catalog);
        obj = ObjectDecoder.Decode(request.Resource, obj, options);
        CheckName(request, obj);
        var result = host.Resources.Replace(request.Resource, request.Namespace, request.Name, obj, options, subresource);
        await request.WriteObjectAsync(result.Created ? 201 : 200, result.Object, ct);
    }

    private async Task ReplaceScaleAsync(ApiRequest request, CancellationToken ct)
    {
        var (scale, _) = await RequestBody.ReadObjectAsync(request, "Scale", ct);
        var options = WriteParameters.Read(request, "UpdateOptions");
        CheckName(request, scale);
        var result = host.Resources.Transform(
            request.Resource, request.Namespace, request.Name,
            obj =>
            {
                ScaleView.Write(request.Resource, obj, scale);
                return obj;
            },
            options, "scale");
        await request.WriteAsync(200, ScaleView.Read(request.Resource, result.Object), ct);
    }

    /// <summary>400 when the body names another namespace than the path; cluster-scoped objects lose theirs.</summary>
    internal static void CheckNamespace(ApiRequest request, JsonObject obj)
    {
        if (request.Namespace.Length > 0 && obj.Namespace() is { Length: > 0 } ns && ns != request.Namespace)
        {
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    /// <summary>400 when the body names another object than the path.</summary>
    internal static void CheckName(ApiRequest request, JsonObject obj)
    {
        if (obj.Name().Length == 0 && request.Http.Request.Method == "PUT")
        {
            obj.Metadata()["name"] = request.Name;
        }

        if (obj.Name().Length > 0 && obj.Name() != request.Name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({obj.Name()}) does not match the name on the URL ({request.Name})");
        }

        CheckNamespace(request, obj);
    }
}
