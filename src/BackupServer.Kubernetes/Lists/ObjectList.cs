using System.Runtime.CompilerServices;
using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Transport;

namespace BackupServer.Kubernetes.Lists;

/// <summary>
/// A list that is read while it is enumerated, page by page; memory is that of the largest object. Enumerating it again
/// asks the server again. The properties describe the enumeration that ran last and are final at its end.
/// <para>
/// Exactly once: all pages show one moment, as long as the server remembers it. When it does not (410), the list goes on with the
/// token the server offers for that case, or, without one, starts again and passes over what it has delivered: the server
/// lists in the order of <c>namespace/name</c>, so that is everything up to the last name. An object that exists throughout is
/// delivered once, whichever way was taken. The same order heals a connection that breaks in the middle of a page.
/// </para>
/// </summary>
public sealed class ObjectList : IAsyncEnumerable<RawObject>
{
    private readonly ApiTransport _transport;
    private readonly GroupVersionResource _resource;
    private readonly ListOptions _options;

    internal ObjectList(ApiTransport transport, GroupVersionResource resource, ListOptions options)
    {
        _transport = transport;
        _resource = resource;
        _options = options;
    }

    /// <summary>The list's resourceVersion: a watch from it sees every change after the list. Set with the first page.</summary>
    public string ResourceVersion { get; private set; } = "";

    /// <summary>Whether all objects are from the moment <see cref="ResourceVersion"/> names. False after a 410 in the middle.</summary>
    public bool IsConsistent { get; private set; } = true;

    /// <summary>How many objects come after the present page, where the server says so: for progress, not for decisions.</summary>
    public long? Remaining { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="KubernetesException">The list was refused, or failed after all retries.</exception>
    public async IAsyncEnumerator<RawObject> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var cursor = new ListCursor();
        ResourceVersion = "";
        IsConsistent = true;
        do
        {
            await foreach (var item in PageAsync(cursor, cancellationToken))
            {
                yield return item;
            }
        }
        while (!cursor.Finished);
    }

    private async IAsyncEnumerable<RawObject> PageAsync(ListCursor cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(cursor, cancellationToken);
        if (response is null)
        {
            yield break;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var page = new ListPageReader(new JsonInput(stream, _transport.IdleTimeout, _transport.Time), _resource.ApiVersion);
        cursor.Begin();
        while (await ReadAsync(page, cursor, cancellationToken) is { } item)
        {
            Note(page);
            if (cursor.Take(item))
            {
                yield return item;
            }
        }

        if (cursor.Broken)
        {
            yield break;
        }

        Note(page);
        cursor.Next(page.Continue);
    }

    private void Note(ListPageReader page)
    {
        if (ResourceVersion.Length == 0)
        {
            ResourceVersion = page.ResourceVersion;
        }

        Remaining = page.Remaining;
    }

    private async Task<HttpResponseMessage?> OpenAsync(ListCursor cursor, CancellationToken cancellationToken)
    {
        try
        {
            return await _transport.OpenAsync(Request(cursor), cancellationToken);
        }
        catch (ResourceExpiredException e) when (cursor.HasBegun && !_options.RequireConsistent)
        {
            if (!cursor.GoOnInconsistently(e.Status?.Metadata?.Continue))
            {
                throw new ResourceExpiredException($"{e.Message} The list could not go on: {WhyNot(cursor)}.", e) { StatusCode = e.StatusCode, Status = e.Status };
            }

            IsConsistent = false;
            return null;
        }
    }

    private async ValueTask<RawObject?> ReadAsync(ListPageReader page, ListCursor cursor, CancellationToken cancellationToken)
    {
        try
        {
            return await page.ReadAsync(cancellationToken);
        }
        catch (JsonException e)
        {
            throw new KubernetesException($"Could not list {_resource}: the answer of {_transport.Configuration.Server} is not valid JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException or InvalidDataException)
        {
            if (!cursor.ReadPageAgain())
            {
                throw new KubernetesException(
                    $"Could not list {_resource}: the connection to {_transport.Configuration.Server} broke: {e.Message} The list could not go on: {WhyNot(cursor)}.", e)
                {
                    Class = FailureClass.Unknown,
                };
            }

            return null;
        }
    }

    private static string WhyNot(ListCursor cursor) => cursor.Sorted
        ? "trying again brought nothing new"
        : "the server does not list these objects in the order of their names; list them in one page";

    private ApiRequest Request(ListCursor cursor)
    {
        // The first page, asked for again after it broke, must show the same moment again.
        var exact = cursor.Continue is null && cursor.HasBegun && IsConsistent && ResourceVersion.Length > 0;
        return new ApiRequest
        {
            Method = HttpMethod.Get,
            Verb = "list",
            Idempotent = true,
            Resource = _resource,
            Name = new ObjectName(_options.Namespace ?? "", ""),
            PathAndQuery = ResourcePath.WithQuery(ResourcePath.Of(_resource, _options.Namespace),
            [
                ("labelSelector", _options.LabelSelector),
                ("fieldSelector", _options.FieldSelector),
                ("limit", _options.Limit > 0 ? $"{_options.Limit}" : null),
                ("continue", cursor.Continue),
                ("resourceVersion", exact ? ResourceVersion : cursor.HasBegun ? null : _options.ResourceVersion),
                ("resourceVersionMatch", exact ? "Exact" : null),
            ]),
        };
    }
}
