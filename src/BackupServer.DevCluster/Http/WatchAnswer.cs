using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Http;

/// <summary>
/// Answers watches: one JSON document per event. Events are read from the store's history, so a slow client holds no memory; one that
/// falls behind the history gets 410 in an ERROR event, as any client must expect.
/// </summary>
internal sealed class WatchAnswer(ApiRequest request, ListParameters parameters, Representation form, Tables tables, TimeProvider time)
{
    private const int BatchSize = 500;
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LastBookmark = TimeSpan.FromSeconds(2);
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = 1000 };
    private readonly ResourceDefinition _resource = request.Resource;
    private readonly PipeWriter _output = request.Http.Response.BodyWriter;
    private readonly string? _namespace = request.Namespace.Length > 0 ? request.Namespace : null;
    private readonly string _include = form.Shape == AnswerShape.Table ? Tables.Include(request.Query("includeObject")) : "";
    private bool _columnsSent;

    public async Task WriteAsync(CancellationToken ct)
    {
        var timeout = TimeSpan.FromSeconds(parameters.TimeoutSeconds is > 0 and var seconds ? seconds : Random.Shared.Next(1800, 3600));
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        Answer.Begin(request.Http, 200, form.Format == AnswerFormat.Yaml ? "application/yaml" : "application/json", request.Warnings);
        await _output.FlushAsync(ct);
        try
        {
            var position = await StartAsync(both.Token);
            await FollowAsync(position, time.GetTimestamp(), timeout, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            // The time asked for is over: the stream ends in good order.
        }
        catch (RevisionGoneException gone)
        {
            WriteError(ApiErrors.Expired($"too old resource version: {gone.Requested} ({gone.Oldest})"));
            await _output.FlushAsync(ct);
        }
    }

    private async Task<long> StartAsync(CancellationToken ct)
    {
        if (!parameters.InitialEvents && parameters.Revision > 0)
        {
            return parameters.Revision;
        }

        var page = request.Host.Store.List(_resource.Bucket, new ListRequest { Namespace = _namespace, Matches = Matches });
        foreach (var obj in page.Items)
        {
            WriteEvent("ADDED", obj);
            if (_output.UnflushedBytes > 64 * 1024)
            {
                await _output.FlushAsync(ct);
            }
        }

        if (parameters is { InitialEvents: true, Bookmarks: true })
        {
            WriteBookmark(page.Revision, initialEnd: true);
        }

        await _output.FlushAsync(ct);
        return page.Revision;
    }

    private async Task FollowAsync(long position, long started, TimeSpan timeout, CancellationToken ct)
    {
        var events = new List<StoreEvent>();
        var nextBookmark = timeout - LastBookmark < BookmarkInterval ? timeout - LastBookmark : BookmarkInterval;
        while (true)
        {
            events.Clear();
            (position, var changed) = request.Host.Store.ReadEvents(_resource.Bucket, position, BatchSize, events);
            foreach (var change in events)
            {
                Write(change);
            }

            if (_output.UnflushedBytes > 0)
            {
                await _output.FlushAsync(ct);
            }

            if (events.Count > 0)
            {
                continue;
            }

            if (!parameters.Bookmarks)
            {
                await changed.WaitAsync(ct);
                continue;
            }

            var pause = nextBookmark - time.GetElapsedTime(started);
            if (pause <= TimeSpan.Zero)
            {
                WriteBookmark(position, initialEnd: false);
                await _output.FlushAsync(ct);
                var last = timeout - LastBookmark;
                nextBookmark = nextBookmark >= last ? TimeSpan.MaxValue - BookmarkInterval : nextBookmark + BookmarkInterval > last ? last : nextBookmark + BookmarkInterval;
            }
            else
            {
                await Task.WhenAny(changed, Task.Delay(pause < BookmarkInterval ? pause : BookmarkInterval, time, ct));
                ct.ThrowIfCancellationRequested();
            }
        }
    }

    private bool Matches(StoredObject obj) => (parameters.Labels.IsEmpty || parameters.Labels.Matches(obj.Labels)) && (parameters.Fields.IsEmpty || parameters.Fields.Matches(obj));

    private void Write(StoreEvent change)
    {
        if (_namespace is not null && change.Object.Namespace != _namespace)
        {
            return;
        }

        var before = change.Previous is { } old && Matches(old);
        var after = !change.Deleted && Matches(change.Object);
        if (after)
        {
            WriteEvent(before ? "MODIFIED" : "ADDED", change.Object);
        }
        else if (before)
        {
            WriteEvent("DELETED", change.Deleted ? change.Object : change.Previous!, change.Revision);
        }
    }

    private void WriteEvent(string type, StoredObject obj, long? revision = null)
    {
        _output.Write(Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":"));
        if (form is { Shape: AnswerShape.Object, Format: AnswerFormat.Json } && VersionConversion.IsIdentity(_resource) && (revision is null || revision == obj.Revision))
        {
            _output.Write(obj.Utf8.Span);
        }
        else
        {
            var tree = ResourceService.Served(_resource, obj);
            if (revision is { } shown)
            {
                tree.Metadata()["resourceVersion"] = shown.ToString(CultureInfo.InvariantCulture);
            }

            WriteTree(Shaped(tree));
        }

        _output.Write("}\n"u8);
    }

    private JsonObject Shaped(JsonObject tree)
    {
        switch (form.Shape)
        {
            case AnswerShape.Table:
                var metadata = new JsonObject { ["resourceVersion"] = tree.ResourceVersion() };
                var table = tables.Head(_resource, form.MetaVersion, metadata, !_columnsSent);
                _columnsSent = true;
                table["rows"] = new JsonArray(tables.Row(_resource, tree, _include, form.MetaVersion));
                return table;
            case AnswerShape.PartialObjectMetadata:
            case AnswerShape.PartialObjectMetadataList:
                return Tables.PartialObject(tree, form.MetaVersion);
            default:
                return tree;
        }
    }

    private void WriteBookmark(long revision, bool initialEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        if (initialEnd)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        var bookmark = new JsonObject { ["kind"] = _resource.Kind, ["apiVersion"] = _resource.ApiVersion, ["metadata"] = metadata };
        _output.Write("{\"type\":\"BOOKMARK\",\"object\":"u8);
        WriteTree(form.Shape is AnswerShape.PartialObjectMetadata or AnswerShape.PartialObjectMetadataList ? Tables.PartialObject(bookmark, form.MetaVersion) : bookmark);
        _output.Write("}\n"u8);
    }

    private void WriteError(ApiStatusException error)
    {
        _output.Write("{\"type\":\"ERROR\",\"object\":"u8);
        WriteTree(error.ToStatus());
        _output.Write("}\n"u8);
    }

    private void WriteTree(JsonNode tree)
    {
        using var writer = new Utf8JsonWriter(_output, Options);
        tree.WriteTo(writer);
    }
}
