using System.Text.Json.Serialization;

namespace BackupServer.Repository.Configuration;

/// <summary>The file <c>config</c>: what makes a directory a repository.</summary>
/// <param name="Version">Of the format.</param>
/// <param name="Id">Random name of this repository.</param>
/// <param name="ChunkerPolynomial">Lower-case hex of an irreducible polynomial of degree 53.</param>
internal sealed record ConfigDocument(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("id")] ObjectId Id,
    [property: JsonPropertyName("chunker_polynomial")] string ChunkerPolynomial);
