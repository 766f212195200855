using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Kubernetes.Writes;

/// <summary>A change of an object, in one of the three forms that every kind understands.</summary>
public sealed class Patch
{
    private Patch(string contentType, ReadOnlyMemory<byte> body, bool idempotent)
    {
        ContentType = contentType;
        Body = body;
        Idempotent = idempotent;
    }

    internal string ContentType { get; }

    internal ReadOnlyMemory<byte> Body { get; }

    /// <summary>Whether applying it twice is as good as once, so that it may be retried when its outcome is unknown.</summary>
    internal bool Idempotent { get; }

    internal bool IsApply => ContentType == "application/apply-patch+yaml";

    /// <summary>RFC 7386: members replace, null removes, lists are replaced whole. May be repeated.</summary>
    public static Patch Merge(ReadOnlyMemory<byte> utf8) => new("application/merge-patch+json", utf8, idempotent: true);

    /// <inheritdoc cref="Merge(ReadOnlyMemory{byte})"/>
    public static Patch Merge(JsonObject patch) => Merge(Serialize(patch));

    /// <summary>RFC 6902: a list of operations. Never repeated after a broken connection, because <c>add</c> to a list adds again.</summary>
    public static Patch Json(ReadOnlyMemory<byte> utf8) => new("application/json-patch+json", utf8, idempotent: false);

    /// <inheritdoc cref="Json(ReadOnlyMemory{byte})"/>
    public static Patch Json(JsonArray operations) => Json(Serialize(operations));

    /// <summary>Server-side apply of a whole intent; <see cref="WriteOptions.FieldManager"/> is required. May be repeated.</summary>
    public static Patch Apply(ReadOnlyMemory<byte> utf8) => new("application/apply-patch+yaml", utf8, idempotent: true);

    private static byte[] Serialize(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, KubernetesJson.Options);
}
