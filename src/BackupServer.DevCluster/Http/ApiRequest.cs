using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;
using BackupServer.DevCluster.Security;

namespace BackupServer.DevCluster.Http;

/// <summary>One authenticated and authorized request for a resource.</summary>
internal sealed class ApiRequest(DevClusterHost host, HttpContext http, UserInfo user, ResourceDefinition resource, RequestPath path)
{
    /// <summary>The cluster.</summary>
    public DevClusterHost Host { get; } = host;

    /// <summary>The HTTP side.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>Who asks.</summary>
    public UserInfo User { get; } = user;

    /// <summary>The resource.</summary>
    public ResourceDefinition Resource { get; } = resource;

    /// <summary>The path.</summary>
    public RequestPath Path { get; } = path;

    /// <summary>Namespace, or empty.</summary>
    public string Namespace => Path.Namespace;

    /// <summary>Object name, or empty.</summary>
    public string Name => Path.Name;

    /// <summary>Warnings collected for the answer; a deprecated version begins with its own.</summary>
    public List<string> Warnings { get; } = DeprecationOf(resource) is { } warning ? [warning] : [];

    /// <summary>The warning that every answer for a resource carries, refusals too; or null.</summary>
    public static string? DeprecationOf(ResourceDefinition resource) => resource.Custom?.DeprecationWarning ?? KindTraits.For(resource.Bucket).Deprecated;

    /// <summary>A query parameter, or null.</summary>
    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var values) ? values[^1] : null;

    /// <summary>A query parameter that is <c>true</c> or <c>1</c>.</summary>
    public bool Flag(string name) => Query(name) is "true" or "1" or "True" or "TRUE";

    /// <summary>The form the answer shall have.</summary>
    public Representation Form { get; init; } = Representation.Negotiate(null);

    /// <summary>Reads the body as an object in JSON or YAML; 400 and 415 as the API server words them.</summary>
    /// <param name="kind">Kind named in a refusal; null for the resource's own.</param>
    /// <param name="ct">Cancellation.</param>
    public async Task<JsonObject> ReadObjectAsync(string? kind, CancellationToken ct) => (await RequestBody.ReadObjectAsync(this, kind, ct)).Object;

    /// <summary>Reads the body as an object of the resource's kind.</summary>
    public Task<JsonObject> ReadObjectAsync(CancellationToken ct) => ReadObjectAsync(null, ct);

    /// <summary>Answers with a tree as it is, in the negotiated encoding.</summary>
    public Task WriteAsync(int status, JsonNode body, CancellationToken ct) => Answer.WriteAsync(Http, status, body, Warnings, Form.Format, ct);

    /// <summary>Answers with an object of the resource, in the negotiated encoding and shape.</summary>
    public Task WriteObjectAsync(int status, JsonObject obj, CancellationToken ct)
    {
        switch (Form.Shape)
        {
            case AnswerShape.Table:
                var include = Tables.Include(Query("includeObject"));
                var tables = new Tables(Host.Tables, Host.Time);
                var table = tables.Head(Resource, Form.MetaVersion, new JsonObject { ["resourceVersion"] = obj.ResourceVersion() }, withColumns: true);
                table["rows"] = new JsonArray(tables.Row(Resource, obj, include, Form.MetaVersion));
                return WriteAsync(status, table, ct);
            case AnswerShape.PartialObjectMetadata:
                return WriteAsync(status, Tables.PartialObject(obj, Form.MetaVersion), ct);
            case AnswerShape.PartialObjectMetadataList:
                throw new ApiStatusException(
                    406, "NotAcceptable", $"you requested PartialObjectMetadataList, but the requested object is not a list (*{ListAnswer.GoPackage(Resource)}.{Resource.Kind})");
            default:
                return WriteAsync(status, obj, ct);
        }
    }
}
