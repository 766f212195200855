using System.Text.Json.Serialization;

namespace BackupServer.Repository.Keys;

/// <summary>The Poly1305-AES halves of a master key.</summary>
internal sealed record MacKeyDocument(
    [property: JsonPropertyName("k")] byte[] K,
    [property: JsonPropertyName("r")] byte[] R);
