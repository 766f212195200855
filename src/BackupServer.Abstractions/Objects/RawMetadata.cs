using System.Text.Json;

namespace BackupServer.Abstractions.Objects;

/// <summary>The members of an object's <c>metadata</c> that collection and restore decide by.</summary>
public sealed record RawMetadata
{
    // Before Empty: static members are initialized in the order of the text.
    private static IReadOnlyDictionary<string, string> EmptyMap { get; } = new Dictionary<string, string>();

    /// <summary>Metadata of an object that has none.</summary>
    public static RawMetadata Empty { get; } = new();

    /// <summary>Namespace; empty for cluster-scoped objects.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Unique id given by the cluster.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Opaque version for optimistic concurrency.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>Set once deletion has been asked for.</summary>
    public string? DeletionTimestamp { get; init; }

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = EmptyMap;

    /// <summary>Annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = EmptyMap;

    /// <summary>Owners, the controller among them.</summary>
    public IReadOnlyList<OwnerReference> OwnerReferences { get; init; } = [];

    internal static string ReadString(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString()!;
        }

        reader.Skip();
        return "";
    }

    internal static RawMetadata Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return Empty;
        }

        var result = new RawMetadata();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            result = reader.GetString() switch
            {
                "namespace" => result with { Namespace = ReadString(ref reader) },
                "name" => result with { Name = ReadString(ref reader) },
                "uid" => result with { Uid = ReadString(ref reader) },
                "resourceVersion" => result with { ResourceVersion = ReadString(ref reader) },
                "deletionTimestamp" => result with { DeletionTimestamp = ReadString(ref reader) },
                "labels" => result with { Labels = ReadMap(ref reader) },
                "annotations" => result with { Annotations = ReadMap(ref reader) },
                "ownerReferences" => result with { OwnerReferences = ReadOwners(ref reader) },
                _ => Skip(ref reader, result),
            };
        }

        return result;
    }

    private static RawMetadata Skip(ref Utf8JsonReader reader, RawMetadata unchanged)
    {
        reader.Skip();
        return unchanged;
    }

    private static IReadOnlyDictionary<string, string> ReadMap(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return EmptyMap;
        }

        var map = new Dictionary<string, string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            map[key] = ReadString(ref reader);
        }

        return map;
    }

    private static IReadOnlyList<OwnerReference> ReadOwners(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.StartArray
            ? JsonSerializer.Deserialize<List<OwnerReference>>(ref reader, KubernetesJson.Options) ?? []
            : [];
    }
}
