using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.Abstractions.Objects;

/// <summary>
/// A Kubernetes object as the API server sent it: UTF-8 JSON, with the few members that the product needs read out once.
/// Immutable; the bytes are not copied, so the owner of the memory must not change them.
/// </summary>
public sealed class RawObject
{
    private RawObject(ReadOnlyMemory<byte> utf8, string apiVersion, string kind, RawMetadata metadata)
    {
        Utf8 = utf8;
        ApiVersion = apiVersion;
        Kind = kind;
        Metadata = metadata;
    }

    /// <summary>The whole object, one JSON value without surrounding white space.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Value of <c>apiVersion</c>; empty when absent.</summary>
    public string ApiVersion { get; }

    /// <summary>Value of <c>kind</c>; empty when absent.</summary>
    public string Kind { get; }

    /// <summary>The members of <c>metadata</c> that are read out.</summary>
    public RawMetadata Metadata { get; }

    /// <summary>Namespace and name.</summary>
    public ObjectName Name => new(Metadata.Namespace, Metadata.Name);

    /// <summary>Reads the object's header.</summary>
    /// <exception cref="JsonException">The bytes are not one JSON object.</exception>
    public static RawObject Parse(ReadOnlyMemory<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8.Span);
        string apiVersion = "", kind = "";
        var metadata = RawMetadata.Empty;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A Kubernetes object must be a JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("apiVersion"u8))
            {
                apiVersion = RawMetadata.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("kind"u8))
            {
                kind = RawMetadata.ReadString(ref reader);
            }
            else if (reader.ValueTextEquals("metadata"u8))
            {
                metadata = RawMetadata.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return new RawObject(utf8, apiVersion, kind, metadata);
    }

    /// <summary>Makes an object from a node, written without white space.</summary>
    public static RawObject From(JsonNode node) => Parse(JsonSerializer.SerializeToUtf8Bytes(node, KubernetesJson.Options));

    /// <summary>A mutable copy of the whole object.</summary>
    public JsonObject ToNode() => (JsonObject)JsonNode.Parse(Utf8.Span)!;

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Name}";
}
