using System.Text.Json.Serialization;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Repository.ObjectStores;

/// <summary>Where an object of a backup is: one line of <see cref="ArchiveLayout.Index"/>.</summary>
public sealed record IndexLine
{
    /// <summary>API group; empty for the core group.</summary>
    [JsonPropertyName("group")]
    public string Group { get; init; } = "";

    /// <summary>API version under which it is stored.</summary>
    [JsonPropertyName("version")]
    public required string Version { get; init; }

    /// <summary>Plural resource name.</summary>
    [JsonPropertyName("resource")]
    public required string Resource { get; init; }

    /// <summary>Kind.</summary>
    [JsonPropertyName("kind")]
    public string Kind { get; init; } = "";

    /// <summary>Namespace; empty for cluster-scoped objects.</summary>
    [JsonPropertyName("namespace")]
    public string Namespace { get; init; } = "";

    /// <summary>Name.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Unique id it had.</summary>
    [JsonPropertyName("uid")]
    public string Uid { get; init; } = "";

    /// <summary>File that holds it.</summary>
    [JsonPropertyName("file")]
    public required string File { get; init; }

    /// <summary>First byte of it in the file.</summary>
    [JsonPropertyName("offset")]
    public long Offset { get; init; }

    /// <summary>Bytes of it, without the end of the line.</summary>
    [JsonPropertyName("length")]
    public int Length { get; init; }

    /// <summary>Which object it is.</summary>
    [JsonIgnore]
    public ObjectReference Reference => new(new GroupResource(Group, Resource), new ObjectName(Namespace, Name));
}
