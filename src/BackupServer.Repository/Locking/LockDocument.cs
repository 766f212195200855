using System.Text.Json.Serialization;

namespace BackupServer.Repository.Locking;

/// <summary>A file in <c>locks/</c>.</summary>
internal sealed record LockDocument
{
    [JsonPropertyName("time")]
    [JsonConverter(typeof(Rfc3339JsonConverter))]
    public required DateTimeOffset Time { get; init; }

    [JsonPropertyName("exclusive")]
    public required bool Exclusive { get; init; }

    [JsonPropertyName("hostname")]
    public string HostName { get; init; } = string.Empty;

    [JsonPropertyName("username")]
    public string UserName { get; init; } = string.Empty;

    [JsonPropertyName("pid")]
    public int Pid { get; init; }

    [JsonPropertyName("uid")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint Uid { get; init; }

    [JsonPropertyName("gid")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint Gid { get; init; }
}
