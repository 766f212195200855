using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Discovery;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Lists;
using BackupServer.Kubernetes.Transport;
using BackupServer.Kubernetes.Writes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.Kubernetes;

/// <summary>
/// A client of one API server as one user. Safe for concurrent use; one per cluster is enough. Every method throws
/// <see cref="KubernetesException"/> for what the server refuses or what failed after all retries. Namespaces are null or empty for
/// cluster-scoped objects.
/// </summary>
public sealed partial class KubernetesClient : IDisposable
{
    private readonly ApiTransport _transport;
    private readonly ILogger _logger;

    /// <summary>Makes a client. Nothing is sent yet.</summary>
    /// <param name="configuration">Server and user.</param>
    /// <param name="logger">Where retries are noted.</param>
    /// <param name="options">Patience.</param>
    /// <param name="time">Clock of retries and timeouts.</param>
    public KubernetesClient(
        KubernetesClientConfiguration configuration, ILogger<KubernetesClient>? logger = null, KubernetesClientOptions? options = null, TimeProvider? time = null)
    {
        Configuration = configuration;
        _logger = logger ?? NullLogger<KubernetesClient>.Instance;
        _transport = new ApiTransport(configuration, options ?? new KubernetesClientOptions(), _logger, time ?? TimeProvider.System);
        Discovery = new DiscoveryClient(_transport);
    }

    /// <summary>Server and user.</summary>
    public KubernetesClientConfiguration Configuration { get; }

    /// <summary>What the cluster serves.</summary>
    public DiscoveryClient Discovery { get; }

    internal ApiTransport Transport => _transport;

    /// <summary>The server's <c>gitVersion</c>, for example <c>v1.36.2</c>.</summary>
    public async Task<string> GetServerVersionAsync(CancellationToken cancellationToken = default)
    {
        var answer = await _transport.SendAsync(DiscoveryClient.Request("/version", ApiRequest.Json), cancellationToken);
        return (string?)JsonNode.Parse(answer.Body)?["gitVersion"] ?? "";
    }

    /// <summary>Lists objects, page by page, while the result is enumerated.</summary>
    public ObjectList ListAsync(GroupVersionResource resource, ListOptions? options = null) => new(_transport, resource, options ?? new ListOptions());

    /// <summary>Reads an object.</summary>
    public Task<RawObject> GetAsync(GroupVersionResource resource, string? ns, string name, CancellationToken cancellationToken = default) =>
        SendAsync(Named(HttpMethod.Get, "get", resource, ns, name) with { Idempotent = true }, cancellationToken);

    /// <summary>Reads an object; null when it is not there.</summary>
    public async Task<RawObject?> FindAsync(GroupVersionResource resource, string? ns, string name, CancellationToken cancellationToken = default)
    {
        try
        {
            return await GetAsync(resource, ns, name, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Creates an object. Never repeated once it may have reached the server.</summary>
    public Task<RawObject> CreateAsync(
        GroupVersionResource resource, string? ns, ReadOnlyMemory<byte> utf8, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(Write(HttpMethod.Post, "create", resource, ns, "", utf8, options), cancellationToken);

    /// <summary>Creates a subresource object of a named object, for example a token or an eviction.</summary>
    public Task<RawObject> CreateSubresourceAsync(
        GroupVersionResource resource, string? ns, string name, string subresource, ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken = default) =>
        SendAsync(Write(HttpMethod.Post, "create", resource, ns, name, utf8, new WriteOptions { Subresource = subresource }), cancellationToken);

    /// <summary>
    /// Replaces an object or its subresource. With <c>metadata.resourceVersion</c> in it, only that version is replaced. After a broken
    /// connection a repeated replace can answer Conflict although the first one was stored.
    /// </summary>
    public Task<RawObject> ReplaceAsync(
        GroupVersionResource resource, string? ns, string name, ReadOnlyMemory<byte> utf8, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(Write(HttpMethod.Put, "update", resource, ns, name, utf8, options) with { Idempotent = true }, cancellationToken);

    /// <summary>Changes an object or its subresource.</summary>
    public Task<RawObject> PatchAsync(
        GroupVersionResource resource, string? ns, string name, Patch patch, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (patch.IsApply && string.IsNullOrEmpty(options?.FieldManager))
        {
            throw new ArgumentException("Server-side apply needs a field manager.", nameof(options));
        }

        var request = Write(HttpMethod.Patch, "patch", resource, ns, name, patch.Body, options);
        return SendAsync(request with { ContentType = patch.ContentType, Idempotent = patch.Idempotent }, cancellationToken);
    }

    /// <summary>Asks for an object's deletion; finalizers may keep it for a while.</summary>
    /// <returns>False when it was not there.</returns>
    public async Task<bool> DeleteAsync(
        GroupVersionResource resource, string? ns, string name, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            await _transport.SendAsync(
                Named(HttpMethod.Delete, "delete", resource, ns, name) with { Idempotent = true, Body = DeleteBody(options) }, cancellationToken);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>Deletes all objects that match.</summary>
    public Task DeleteCollectionAsync(
        GroupVersionResource resource, ListOptions selection, DeleteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = Named(HttpMethod.Delete, "deletecollection", resource, selection.Namespace, "");
        return _transport.SendAsync(
            request with
            {
                Idempotent = true,
                Body = DeleteBody(options),
                PathAndQuery = ResourcePath.WithQuery(request.PathAndQuery, [("labelSelector", selection.LabelSelector), ("fieldSelector", selection.FieldSelector)]),
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private static ApiRequest Named(HttpMethod method, string verb, GroupVersionResource resource, string? ns, string name, string subresource = "") => new()
    {
        Method = method,
        Verb = verb,
        Resource = resource,
        Subresource = subresource,
        Name = new ObjectName(ns ?? "", name),
        PathAndQuery = ResourcePath.Of(resource, ns, name, subresource),
    };

    private static ApiRequest Write(
        HttpMethod method, string verb, GroupVersionResource resource, string? ns, string name, ReadOnlyMemory<byte> body, WriteOptions? options)
    {
        options ??= new WriteOptions();
        var request = Named(method, verb, resource, ns, name, options.Subresource);
        return request with
        {
            Body = body,
            PathAndQuery = ResourcePath.WithQuery(request.PathAndQuery,
            [
                ("fieldManager", options.FieldManager),
                ("force", options.Force ? "true" : null),
                ("dryRun", options.DryRun ? "All" : null),
                ("fieldValidation", options.FieldValidation),
            ]),
        };
    }

    private static ReadOnlyMemory<byte> DeleteBody(DeleteOptions? options)
    {
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions" };
        if (options is { Uid: not null } or { ResourceVersion: not null })
        {
            var preconditions = new JsonObject();
            if (options.Uid is not null)
            {
                preconditions["uid"] = options.Uid;
            }

            if (options.ResourceVersion is not null)
            {
                preconditions["resourceVersion"] = options.ResourceVersion;
            }

            body["preconditions"] = preconditions;
        }

        if (options?.Propagation is { } propagation)
        {
            body["propagationPolicy"] = propagation.ToString();
        }

        if (options?.GracePeriodSeconds is { } grace)
        {
            body["gracePeriodSeconds"] = grace;
        }

        if (options is { DryRun: true })
        {
            body["dryRun"] = new JsonArray("All");
        }

        return JsonSerializer.SerializeToUtf8Bytes(body, KubernetesJson.Options);
    }

    private async Task<RawObject> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var answer = await _transport.SendAsync(request, cancellationToken);
        try
        {
            return RawObject.Parse(answer.Body.AsMemory().TrimEnd("\n"u8));
        }
        catch (JsonException e)
        {
            throw new KubernetesException(
                $"Could not {request.Verb} {request.Target}: the answer of {Configuration.Server} is not a JSON object: {e.Message}", e);
        }
    }
}
