using System.Text.Json.Serialization;

namespace BackupServer.Repository.Keys;

/// <summary>The plaintext inside a key file.</summary>
internal sealed record MasterKeyDocument(
    [property: JsonPropertyName("mac")] MacKeyDocument Mac,
    [property: JsonPropertyName("encrypt")] byte[] Encrypt);
