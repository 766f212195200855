using System.Text.Json.Nodes;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Registry;
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

    /// <summary>Warnings collected for the answer.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>A query parameter, or null.</summary>
    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var values) ? values[^1] : null;

    /// <summary>A query parameter that is <c>true</c> or <c>1</c>.</summary>
    public bool Flag(string name) => Query(name) is "true" or "1" or "True" or "TRUE";

    /// <summary>Reads the body as an object in JSON or YAML; 400 and 415 as the API server words them.</summary>
    public Task<JsonObject> ReadObjectAsync(CancellationToken ct) => RequestBody.ReadObjectAsync(this, ct);

    /// <summary>Answers with an object, in the negotiated form.</summary>
    public Task WriteAsync(int status, JsonNode body, CancellationToken ct) => Answer.WriteAsync(Http, status, body, Warnings, ct);
}
