using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Patching;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Http;

/// <summary>PATCH: JSON, merge, strategic merge and apply, on objects and on status and scale.</summary>
internal sealed class PatchEndpoint(DevClusterHost host)
{
    private const string ApplyType = "application/apply-patch+yaml";
    private readonly TypeSchema? _scale = host.Schemas.ForKind("autoscaling", "v1", "Scale");

    public async Task HandleAsync(ApiRequest request, string subresource, CancellationToken ct)
    {
        var mediaType = RequestBody.MediaType(request.Http.Request);
        if (mediaType == ApplyType)
        {
            await ApplyAsync(request, subresource, ct);
            return;
        }

        var patch = PatchBody.Parse(mediaType, await RequestBody.ReadAsync(request.Http, ct), request.Resource);
        var options = WriteParameters.Read(request, "PatchOptions") with { IsDecoded = true };
        var result = host.Resources.Transform(
            request.Resource, request.Namespace, request.Name, obj => Patch(request, patch, obj, options, subresource), options, subresource);
        if (subresource == "scale")
        {
            await request.WriteAsync(200, ScaleView.Read(request.Resource, result.Object), ct);
        }
        else
        {
            await request.WriteObjectAsync(200, result.Object, ct);
        }
    }

    private JsonObject Patch(ApiRequest request, PatchBody patch, JsonObject obj, WriteOptions options, string subresource)
    {
        if (subresource == "scale")
        {
            var scale = patch.Apply(ScaleView.Read(request.Resource, obj), _scale);
            ScaleView.Write(request.Resource, obj, scale);
            return obj;
        }

        var patched = patch.Apply(obj, request.Resource.Schema);
        patched = ObjectDecoder.DecodePatched(request.Resource, patched, patch.Text, options);
        ResourceEndpoint.CheckName(request, patched);
        return patched;
    }

    private async Task ApplyAsync(ApiRequest request, string subresource, CancellationToken ct)
    {
        var bytes = await RequestBody.ReadAsync(request.Http, ct);
        var options = WriteParameters.Read(request, "PatchOptions", apply: true);
        var config = Parse(bytes);
        var (version, kind) = ((string?)config["apiVersion"] ?? "", (string?)config["kind"] ?? "");
        if (version != request.Resource.ApiVersion || kind != request.Resource.Kind)
        {
            var slash = version.IndexOf('/');
            throw ApiErrors.BadRequest($"invalid object type: {(slash < 0 ? "" : version[..slash])}/{version[(slash + 1)..]}, Kind={kind}");
        }

        if (config["metadata"]?["managedFields"] is not null)
        {
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        }

        ResourceEndpoint.CheckName(request, config);
        config.Metadata()["name"] = request.Name;
        CheckUid(request, config);
        var result = host.Resources.Apply(request.Resource, request.Namespace, request.Name, config, options, subresource);
        await request.WriteObjectAsync(result.Created ? 201 : 200, result.Object, ct);
    }

    private void CheckUid(ApiRequest request, JsonObject config)
    {
        if (config.Uid() is { Length: > 0 } uid && host.Resources.Find(request.Resource, request.Namespace, request.Name) is { } live && live.Uid != uid)
        {
            var errors = new FieldErrors();
            errors.Invalid("metadata.uid", uid, "field is immutable");
            var single = ApiErrors.Invalid(request.Resource, request.Name, errors);
            errors.Invalid("metadata.uid", uid, "field is immutable");
            throw new ApiStatusException(422, "Invalid", single.Message, ApiErrors.Invalid(request.Resource, request.Name, errors).Details);
        }
    }

    private static JsonObject Parse(byte[] bytes)
    {
        try
        {
            var node = bytes.AsSpan().TrimStart(" \n\r\t"u8) is [(byte)'{', ..] ? JsonBody.Parse(bytes, out _) : YamlBody.Parse(Encoding.UTF8.GetString(bytes));
            return node as JsonObject ?? throw ApiErrors.BadRequest("error decoding YAML: the patch must be an object");
        }
        catch (FormatException e)
        {
            throw ApiErrors.BadRequest($"error decoding YAML: {e.Message}");
        }
    }
}
