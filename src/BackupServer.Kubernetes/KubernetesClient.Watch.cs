using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Lists;
using BackupServer.Kubernetes.Transport;
using BackupServer.Kubernetes.Watch;

namespace BackupServer.Kubernetes;

/// <summary>Watching.</summary>
public sealed partial class KubernetesClient
{
    /// <summary>
    /// Watches over one connection and ends when the server ends it, which it does after <see cref="WatchOptions.Timeout"/>: go on from the
    /// last event's resourceVersion, bookmarks included. Most callers want <see cref="Informer"/>, which does.
    /// </summary>
    /// <exception cref="ResourceExpiredException">The resourceVersion is too old: list anew.</exception>
    /// <exception cref="KubernetesException">The watch was refused, or broke (<see cref="KubernetesException.IsTransient"/>).</exception>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        GroupVersionResource resource, WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= new WatchOptions();
        var request = WatchRequest(resource, options);
        using var response = await _transport.OpenAsync(request, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        // Silence is normal, silence long after the end that was asked for is not.
        var patience = options.Timeout + TimeSpan.FromSeconds(30);
        using var events = new WatchStream(new JsonInput(stream, patience, _transport.Time));
        while (await NextAsync(events, request, cancellationToken) is { } next)
        {
            yield return next;
        }
    }

    private async ValueTask<WatchEvent?> NextAsync(WatchStream events, ApiRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await events.ReadAsync(cancellationToken);
        }
        catch (WatchErrorException e)
        {
            var status = FailureReader.ReadStatus(e.Status.Span);
            throw _transport.Refusal(request, (HttpStatusCode)(status?.Code ?? 500), e.Status.ToArray(), retryAfter: null);
        }
        catch (JsonException e)
        {
            throw new KubernetesException($"Could not watch {request.Target}: the answer of {Configuration.Server} is not valid JSON: {e.Message}", e)
            {
                Class = FailureClass.Unknown,
            };
        }
        catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException or InvalidDataException)
        {
            throw new KubernetesException($"The watch of {request.Target} at {Configuration.Server} broke: {e.Message}", e) { Class = FailureClass.Unknown };
        }
    }

    private static ApiRequest WatchRequest(GroupVersionResource resource, WatchOptions options) => new()
    {
        Method = HttpMethod.Get,
        Verb = "watch",
        Idempotent = true,
        Resource = resource,
        Name = new ObjectName(options.Namespace ?? "", ""),
        PathAndQuery = ResourcePath.WithQuery(ResourcePath.Of(resource, options.Namespace),
        [
            ("watch", "true"),
            ("allowWatchBookmarks", options.Bookmarks ? "true" : null),
            ("labelSelector", options.LabelSelector),
            ("fieldSelector", options.FieldSelector),
            ("resourceVersion", options.ResourceVersion),
            ("timeoutSeconds", $"{Math.Max(1, (long)options.Timeout.TotalSeconds)}"),
        ]),
    };
}
