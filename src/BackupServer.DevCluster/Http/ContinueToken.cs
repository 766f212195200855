using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Http;

/// <summary>Where a list goes on: base64url of <c>{"v":"meta.k8s.io/v1","rv":…,"start":"namespace/name\u0000"}</c>.</summary>
/// <param name="Revision">Revision of the first page; -1 for the present state.</param>
/// <param name="Start">First key; the namespace is left out in lists of one namespace.</param>
internal sealed record ContinueToken(long Revision, string Start)
{
    private const string Version = "meta.k8s.io/v1";

    /// <summary>Reads a token; 400 when it is none.</summary>
    public static ContinueToken Parse(string text)
    {
        try
        {
            var node = JsonNode.Parse(Base64Url.DecodeFromChars(text))!;
            if ((string?)node["v"] == Version && (string?)node["start"] is { Length: > 0 } start)
            {
                return new ContinueToken((long)node["rv"]!, start);
            }
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            throw ApiErrors.BadRequest($"continue key is not valid: {e.Message}");
        }

        throw ApiErrors.BadRequest("continue key is not valid: incorrect encoded start key (version meta.k8s.io/v1)");
    }

    /// <summary>The token after a key.</summary>
    public static ContinueToken After(long revision, string ns, string name, bool allNamespaces) =>
        new(revision, (allNamespaces && ns.Length > 0 ? ns + "/" : "") + name + "\0");

    /// <summary>The key to go on with.</summary>
    public (string Namespace, string Name) Key(string ns)
    {
        var slash = Start.IndexOf('/');
        return slash < 0 ? (ns, Start) : (Start[..slash], Start[(slash + 1)..]);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["v"] = Version, ["rv"] = Revision, ["start"] = Start }));
}
