using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers;

/// <summary>Hashes that appear in names (pod-template-hash, controller-revision-hash), in the alphabet Kubernetes uses for generated names.</summary>
internal static class SafeName
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>
    /// A hash of the value that is the same for every order of its members. The number itself is our own: Kubernetes hashes Go's
    /// in-memory form of the template, and no client may depend on it.
    /// </summary>
    public static string HashOf(JsonNode value, long collisionCount = 0)
    {
        var text = new StringBuilder();
        Append(text, value);
        if (collisionCount > 0) text.Append('#').Append(collisionCount);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return Encode(BinaryPrimitives.ReadUInt32BigEndian(hash));
    }

    /// <summary>Each decimal digit of the number as one letter of the alphabet.</summary>
    public static string Encode(uint number) => string.Create(null, $"{number:D10}").Aggregate(new StringBuilder(), (text, digit) => text.Append(Alphabet[digit % Alphabet.Length])).ToString();

    private static void Append(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                text.Append('{');
                foreach (var (name, value) in fields.OrderBy(field => field.Key, StringComparer.Ordinal))
                {
                    text.Append(name).Append(':');
                    Append(text, value);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonArray items:
                text.Append('[');
                foreach (var item in items)
                {
                    Append(text, item);
                    text.Append(',');
                }

                text.Append(']');
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }
}
