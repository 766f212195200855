using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;

namespace BackupServer.Repository.Configuration;

/// <summary>What <c>config</c> says, checked.</summary>
internal sealed record RepositoryConfig(ObjectId Id, ulong Polynomial)
{
    public const int Version = 2;

    public static RepositoryConfig Random(ulong? polynomial = null) =>
        new(new ObjectId(RandomNumberGenerator.GetBytes(ObjectId.Size)), polynomial ?? ChunkerPolynomial.Random());

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(
        new ConfigDocument(Version, Id, Polynomial.ToString("x", CultureInfo.InvariantCulture)), RepositoryJson.Documents.ConfigDocument);

    public static RepositoryConfig Decode(ReadOnlySpan<byte> json, string location)
    {
        ConfigDocument document;
        try
        {
            document = JsonSerializer.Deserialize(json, RepositoryJson.Documents.ConfigDocument) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Damaged, $"the config of {location} decrypts but is not the expected document: {e.Message}", e);
        }

        if (document.Version != Version)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Unsupported,
                $"{location} has repository version {document.Version}, but version {Version} is needed; "
                    + "version 1 can be upgraded with 'restic migrate upgrade_repo_v2'");
        }

        if (!ulong.TryParse(document.ChunkerPolynomial, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var polynomial)
            || BitOperations.Log2(polynomial) != ChunkerPolynomial.Degree
            || !ChunkerPolynomial.IsIrreducible(polynomial))
        {
            throw new RepositoryException(
                RepositoryErrorKind.Damaged, $"the config of {location} has the invalid chunker polynomial '{document.ChunkerPolynomial}'");
        }

        return new RepositoryConfig(document.Id, polynomial);
    }
}
