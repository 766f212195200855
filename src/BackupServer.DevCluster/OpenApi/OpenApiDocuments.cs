using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.OpenApi;

/// <summary>The OpenAPI documents served: v3 by group version, v2 as JSON and as protocol buffer. Custom resources appear at once.</summary>
internal sealed class OpenApiDocuments(ResourceCatalog catalog, OpenApiSchemas schemas)
{
    private const string Prefix = "openapi/";
    private const string Suffix = ".json.gz";
    private static readonly Dictionary<string, string> BuiltIn = EmbeddedData.Names
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(n => n[Prefix.Length..^Suffix.Length].Replace('_', '/'));

    private readonly ConcurrentDictionary<string, byte[]> _builtInV3 = new();
    private readonly ConcurrentDictionary<string, (long Number, byte[] Json)> _customV3 = new();
    private readonly Lazy<JsonObject> _builtInV2 = new(BuildBuiltInV2);
    private readonly Lock _lock = new();
    private (long Number, byte[] Json, byte[] Protobuf)? _v2;

    /// <summary>The index of v3 documents.</summary>
    public JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var path in BuiltIn.Keys.Concat(CustomGroups().Select(g => $"apis/{g.Key.Group}/{g.Key.Version}")).Distinct().Order(StringComparer.Ordinal))
        {
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={Hash(V3(path)!)}" };
        }

        return new JsonObject { ["paths"] = paths };
    }

    /// <summary>One v3 document as JSON bytes, or null.</summary>
    public byte[]? V3(string path)
    {
        if (BuiltIn.TryGetValue(path, out var name))
        {
            return _builtInV3.GetOrAdd(name, EmbeddedData.Read);
        }

        var group = CustomGroups().FirstOrDefault(g => $"apis/{g.Key.Group}/{g.Key.Version}" == path);
        if (group is null)
        {
            return null;
        }

        var number = catalog.Number;
        if (!_customV3.TryGetValue(path, out var cached) || cached.Number != number)
        {
            cached = (number, Encoding.UTF8.GetBytes(CustomResourceOpenApi.Document([.. group], schemas.Definitions).ToJsonString()));
            _customV3[path] = cached;
        }

        return cached.Json;
    }

    /// <summary>The v2 document, as JSON and as protocol buffer.</summary>
    public (byte[] Json, byte[] Protobuf) V2()
    {
        lock (_lock)
        {
            if (_v2 is { } cached && cached.Number == catalog.Number)
            {
                return (cached.Json, cached.Protobuf);
            }

            var number = catalog.Number;
            var document = (JsonObject)_builtInV2.Value.DeepClone();
            foreach (var group in CustomGroups())
            {
                Add(document, CustomResourceOpenApi.Document([.. group], schemas.Definitions));
            }

            var made = (number, Encoding.UTF8.GetBytes(document.ToJsonString()), OpenApiV2Encoder.Encode(document));
            _v2 = made;
            return (made.Item2, made.Item3);
        }
    }

    /// <summary>Hash of a document, for ETags and relative addresses.</summary>
    public static string Hash(byte[] document) => Convert.ToHexString(SHA256.HashData(document))[..32];

    private List<IGrouping<(string Group, string Version), ResourceDefinition>> CustomGroups() =>
        [.. catalog.All.Where(d => d.IsCustom).GroupBy(d => (d.Group, d.Version))];

    private static JsonObject BuildBuiltInV2()
    {
        var document = new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.36.2" },
            ["paths"] = new JsonObject(),
            ["definitions"] = new JsonObject(),
        };
        foreach (var name in BuiltIn.Values.Order(StringComparer.Ordinal))
        {
            Add(document, EmbeddedData.ReadJson(name));
        }

        return document;
    }

    private static void Add(JsonObject document, JsonObject v3)
    {
        var paths = document["paths"]!.AsObject();
        foreach (var (path, item) in v3["paths"] as JsonObject ?? [])
        {
            paths[path] = OpenApiV2Converter.Path(item!.AsObject());
        }

        var definitions = document["definitions"]!.AsObject();
        foreach (var (name, schema) in v3["components"]?["schemas"] as JsonObject ?? [])
        {
            if (!definitions.ContainsKey(name))
            {
                definitions[name] = OpenApiV2Converter.Schema(schema!.AsObject());
            }
        }
    }
}
