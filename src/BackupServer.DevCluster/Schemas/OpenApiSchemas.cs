using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// Shapes of the built-in kinds, read on first use from the embedded OpenAPI v3 documents. Thread-safe.
/// </summary>
internal sealed class OpenApiSchemas
{
    private const string Prefix = "openapi/";
    private static readonly Lazy<OpenApiSchemas> One = new(() => new OpenApiSchemas());
    private readonly ConcurrentDictionary<string, JsonObject> _definitions = new();
    private readonly ConcurrentDictionary<string, TypeSchema> _named = new();
    private readonly Dictionary<(string Group, string Version, string Kind), string> _kinds = [];

    public OpenApiSchemas()
    {
        foreach (var name in EmbeddedData.Names.Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order())
        {
            if (EmbeddedData.ReadJson(name)["components"]?["schemas"] is not JsonObject schemas)
            {
                continue;
            }

            foreach (var (definition, node) in schemas)
            {
                if (node is JsonObject shape && _definitions.TryAdd(definition, shape))
                {
                    Index(definition, shape);
                }
            }
        }
    }

    /// <summary>The one instance of the process: the documents never change.</summary>
    public static OpenApiSchemas Shared => One.Value;

    /// <summary>All definitions by name, as OpenAPI v3 JSON without descriptions. Read-only.</summary>
    public IReadOnlyDictionary<string, JsonObject> Definitions => _definitions;

    /// <summary>Name of the definition of a kind, or null.</summary>
    public string? NameOf(string group, string version, string kind) => _kinds.GetValueOrDefault((group, version, kind));

    /// <summary>Shape of a kind, or null where the documents have none.</summary>
    public TypeSchema? ForKind(string group, string version, string kind) =>
        NameOf(group, version, kind) is { } name ? Named(name) : null;

    /// <summary>Shape of a named definition; an unknown name is any value.</summary>
    public TypeSchema Named(string name) =>
        _named.GetOrAdd(name, n => _definitions.TryGetValue(n, out var shape) ? OpenApiReader.Read(shape, n, Named) : new TypeSchema { Name = n });

    private void Index(string definition, JsonObject shape)
    {
        if (shape["x-kubernetes-group-version-kind"] is not JsonArray { Count: 1 } kinds)
        {
            return;
        }

        var kind = kinds[0]!;
        _kinds.TryAdd(((string?)kind["group"] ?? "", (string?)kind["version"] ?? "", (string?)kind["kind"] ?? ""), definition);
    }
}
