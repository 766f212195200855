using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Transport;

namespace BackupServer.Kubernetes.Discovery;

/// <summary>Finds out what the cluster serves, and remembers it until asked to look again. Safe for concurrent use.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle is never taken holds nothing to dispose.")]
public sealed class DiscoveryClient
{
    private readonly ApiTransport _transport;
    private readonly SemaphoreSlim _gate = new(1);
    private DiscoveryResult? _cached;

    internal DiscoveryClient(ApiTransport transport) => _transport = transport;

    /// <summary>The remembered result, or a new one when there is none or <paramref name="refresh"/> asks for it.</summary>
    /// <exception cref="KubernetesException">Not even the list of groups can be read.</exception>
    public async Task<DiscoveryResult> DiscoverAsync(bool refresh = false, CancellationToken cancellationToken = default)
    {
        var known = _cached;
        if (known is not null && !refresh)
        {
            return known;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            // Whoever waited while another looked takes what that one found.
            if (_cached is { } found && !ReferenceEquals(found, known))
            {
                return found;
            }

            return _cached = await ReadAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The resource that serves a kind, looked for anew once when the remembered result lacks it: a CRD may be young.</summary>
    public async Task<ResourceType?> FindKindAsync(string apiVersion, string kind, CancellationToken cancellationToken = default) =>
        (await DiscoverAsync(refresh: false, cancellationToken)).FindKind(apiVersion, kind)
        ?? (await DiscoverAsync(refresh: true, cancellationToken)).FindKind(apiVersion, kind);

    internal static ApiRequest Request(string path, string accept) =>
        new() { Method = HttpMethod.Get, Verb = "get", PathAndQuery = path, Accept = accept, Idempotent = true };

    private async Task<DiscoveryResult> ReadAsync(CancellationToken cancellationToken)
    {
        var resources = new List<ResourceType>();
        var failures = new List<DiscoveryFailure>();
        foreach (var path in (string[])["/api", "/apis"])
        {
            var answer = await _transport.SendAsync(Request(path, AggregatedDiscovery.Accept), cancellationToken);
            try
            {
                if (AggregatedDiscovery.IsAggregated(answer.ContentType))
                {
                    AggregatedDiscovery.Read(answer.Body, resources, failures);
                    continue;
                }

                var versions = path == "/api" ? LegacyDiscovery.ReadVersions(answer.Body) : LegacyDiscovery.ReadGroups(answer.Body);
                await LegacyDiscovery.ReadResourcesAsync(_transport, [.. versions], resources, failures, cancellationToken);
            }
            catch (JsonException e)
            {
                throw new KubernetesException(
                    $"{_transport.Configuration.Server}{path} is not the discovery of a Kubernetes API server: {e.Message} Check the server's address.", e);
            }
        }

        return new DiscoveryResult(resources, failures);
    }
}
