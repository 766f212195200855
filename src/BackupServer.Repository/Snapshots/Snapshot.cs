using System.Text.Json.Serialization;

namespace BackupServer.Repository.Snapshots;

/// <summary>
/// A backup: which tree, of what, when and by whom. Its file is the commit point: it is written last, and nothing refers to it.
/// </summary>
public sealed record Snapshot
{
    /// <summary>Name of its file; zero until it is saved.</summary>
    [JsonIgnore]
    public ObjectId Id { get; init; }

    /// <summary>When the backup was made.</summary>
    [JsonPropertyName("time")]
    [JsonConverter(typeof(Rfc3339JsonConverter))]
    public required DateTimeOffset Time { get; init; }

    /// <summary>The snapshot that the backup compared with.</summary>
    [JsonPropertyName("parent")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ObjectId? Parent { get; init; }

    /// <summary>Tree blob of the root directory.</summary>
    [JsonPropertyName("tree")]
    public required ObjectId Tree { get; init; }

    /// <summary>What was backed up, absolute. With the host name it says which snapshots follow each other.</summary>
    [JsonPropertyName("paths")]
    [JsonConverter(typeof(TextListJsonConverter))]
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Where it was made.</summary>
    [JsonPropertyName("hostname")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? HostName { get; init; }

    /// <summary>Who made it.</summary>
    [JsonPropertyName("username")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UserName { get; init; }

    /// <summary>User id of the process.</summary>
    [JsonPropertyName("uid")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint Uid { get; init; }

    /// <summary>Group id of the process.</summary>
    [JsonPropertyName("gid")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint Gid { get; init; }

    /// <summary>Patterns of what was left out.</summary>
    [JsonPropertyName("excludes")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(TextListJsonConverter))]
    public IReadOnlyList<string>? Excludes { get; init; }

    /// <summary>Free words, ours in the form <c>name=value</c>.</summary>
    [JsonPropertyName("tags")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(TextListJsonConverter))]
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The first version of this snapshot, if its tags or other members were changed.</summary>
    [JsonPropertyName("original")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ObjectId? Original { get; init; }

    /// <summary>Program that made it.</summary>
    [JsonPropertyName("program_version")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ProgramVersion { get; init; }

    /// <summary>Counts of the backup.</summary>
    [JsonPropertyName("summary")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SnapshotSummary? Summary { get; init; }

    /// <summary>The value of a tag <c>name=value</c>, or null.</summary>
    public string? Tag(string name)
    {
        var prefix = name + "=";
        return Tags?.FirstOrDefault(tag => tag.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
    }
}
