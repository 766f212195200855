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

/// <summary>Answers lists. Plain JSON lists are put together from the stored bytes, a chunk at a time.</summary>
internal sealed class ListAnswer(Tables tables)
{
    private const int FlushBytes = 64 * 1024;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = 1000 };

    public async Task WriteAsync(ApiRequest request, ListParameters parameters, Representation form, CancellationToken ct)
    {
        var include = form.Shape == AnswerShape.Table ? Tables.Include(request.Query("includeObject")) : "";
        if (form.Shape == AnswerShape.PartialObjectMetadata)
        {
            throw new ApiStatusException(406, "NotAcceptable", $"you requested PartialObjectMetadata, but the requested object is a list (*{GoPackage(request.Resource)}.{request.Resource.ListKind})");
        }

        var page = ReadPage(request, parameters);
        var metadata = Metadata(request, page, saysContinue: request.Resource.IsCustom && form.Shape == AnswerShape.Object);
        if (form.Shape == AnswerShape.Object && form.Format == AnswerFormat.Json)
        {
            await WritePlainAsync(request, page, metadata, ct);
            return;
        }

        await request.WriteAsync(200, Tree(request.Resource, page, metadata, form, include), ct);
    }

    /// <summary>The page the parameters ask for.</summary>
    public static ListPage ReadPage(ApiRequest request, ListParameters parameters)
    {
        var resources = request.Host.Resources;
        CheckRevision(parameters, resources);
        var filtered = !parameters.Labels.IsEmpty || !parameters.Fields.IsEmpty;
        var list = new ListRequest
        {
            Namespace = request.Namespace.Length > 0 ? request.Namespace : null,
            Name = request.Namespace.Length > 0 || !request.Resource.Namespaced ? parameters.Fields.ExactName : null,
            Revision = parameters.Continue is { } token ? Math.Max(0, token.Revision) : parameters.Match == "Exact" ? parameters.Revision : 0,
            // A list "at any version" is answered from a cache, which has no pages.
            Limit = parameters.ResourceVersion == "0" ? 0 : parameters.Limit,
            Start = parameters.Continue?.Key(request.Namespace),
            Matches = filtered ? o => parameters.Labels.Matches(o.Labels) && parameters.Fields.Matches(o) : null,
        };
        try
        {
            return request.Host.Store.List(request.Resource.Bucket, list);
        }
        catch (RevisionGoneException) when (parameters.Continue is { } old)
        {
            throw new ApiStatusException(
                410, "Expired",
                "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use "
                + "the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent "
                + "list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.")
            {
                Continue = (old with { Revision = -1 }).ToString(),
            };
        }
        catch (RevisionGoneException)
        {
            throw ApiErrors.Expired("The resourceVersion for the provided list is too old.");
        }
    }

    private static void CheckRevision(ListParameters parameters, ResourceService resources)
    {
        if (parameters.Revision > resources.Revision)
        {
            var message = $"Too large resource version: {parameters.Revision}, current: {resources.Revision}";
            throw new ApiStatusException(504, "Timeout", message, new JsonObject
            {
                ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
                ["retryAfterSeconds"] = 1,
            })
            {
                RetryAfter = 1,
            };
        }
    }

    private static JsonObject Metadata(ApiRequest request, ListPage page, bool saysContinue)
    {
        var metadata = new JsonObject { ["resourceVersion"] = page.Revision.ToString(CultureInfo.InvariantCulture) };
        if (saysContinue)
        {
            // Lists of custom resources always say it, empty at the end.
            metadata["continue"] = "";
        }

        if (page.Next is not null)
        {
            var last = page.Items[^1];
            metadata["continue"] = ContinueToken.After(page.Revision, last.Namespace, last.Name, request.Namespace.Length == 0).ToString();
        }

        if (page.Remaining is > 0 and var remaining)
        {
            metadata["remainingItemCount"] = remaining;
        }

        return metadata;
    }

    private JsonObject Tree(ResourceDefinition resource, ListPage page, JsonObject metadata, Representation form, string include)
    {
        var items = page.Items.Select(i => ResourceService.Served(resource, i));
        if (form.Shape == AnswerShape.Table)
        {
            var table = tables.Head(resource, form.MetaVersion, metadata, withColumns: true);
            table["rows"] = new JsonArray([.. items.Select(i => (JsonNode)tables.Row(resource, i, include, form.MetaVersion))]);
            return table;
        }

        var partial = form.Shape == AnswerShape.PartialObjectMetadataList;
        return new JsonObject
        {
            ["kind"] = partial ? "PartialObjectMetadataList" : resource.ListKind,
            ["apiVersion"] = partial ? $"meta.k8s.io/{form.MetaVersion}" : resource.ApiVersion,
            ["metadata"] = metadata,
            ["items"] = new JsonArray([.. items.Select(i => (JsonNode)(partial ? Tables.PartialObject(i, form.MetaVersion) : WithoutType(resource, i)))]),
        };
    }

    private static async Task WritePlainAsync(ApiRequest request, ListPage page, JsonObject metadata, CancellationToken ct)
    {
        var resource = request.Resource;
        Answer.Begin(request.Http, 200, "application/json", request.Warnings);
        var output = request.Http.Response.BodyWriter;
        output.Write(Encoding.UTF8.GetBytes($"{{\"kind\":\"{resource.ListKind}\",\"apiVersion\":\"{resource.ApiVersion}\",\"metadata\":{metadata.ToJsonString()},\"items\":["));
        var first = true;
        foreach (var item in page.Items)
        {
            WriteItem(output, resource, item, first);
            first = false;
            if (output.UnflushedBytes > FlushBytes)
            {
                await output.FlushAsync(ct);
            }
        }

        output.Write("]}\n"u8);
        await output.FlushAsync(ct);
    }

    private static void WriteItem(PipeWriter output, ResourceDefinition resource, StoredObject item, bool first)
    {
        if (!first)
        {
            output.Write(","u8);
        }

        if (!VersionConversion.IsIdentity(resource))
        {
            using var writer = new Utf8JsonWriter(output, Options);
            WithoutType(resource, ResourceService.Served(resource, item)).WriteTo(writer);
        }
        else if (resource.IsCustom)
        {
            output.Write(item.Utf8.Span);
        }
        else
        {
            output.Write("{"u8);
            output.Write(item.Utf8.Span[item.ItemOffset..]);
        }
    }

    private static JsonObject WithoutType(ResourceDefinition resource, JsonObject obj)
    {
        if (!resource.IsCustom)
        {
            obj.Remove("kind");
            obj.Remove("apiVersion");
        }

        return obj;
    }

    /// <summary>The internal package a message names: <c>core</c>, <c>apps</c>, <c>unstructured</c> for custom resources.</summary>
    public static string GoPackage(ResourceDefinition resource) =>
        resource.IsCustom ? "unstructured" : resource.Group.Length == 0 ? "core" : resource.Group.Split('.')[0];
}
