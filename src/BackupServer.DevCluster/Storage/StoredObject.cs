using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Storage;

/// <summary>One state of one object: its JSON bytes and the few facts lists, watches and selectors ask for. Immutable and shared.</summary>
internal sealed class StoredObject
{
    private readonly byte[] _utf8;

    internal StoredObject(byte[] utf8, int itemOffset, EncodedObject facts, long revision)
    {
        _utf8 = utf8;
        ItemOffset = itemOffset;
        Namespace = facts.Namespace;
        Name = facts.Name;
        Uid = facts.Uid;
        Labels = facts.Labels;
        OwnerUids = facts.OwnerUids;
        IsDeleting = facts.IsDeleting;
        Revision = revision;
    }

    /// <summary>Namespace, or the empty string.</summary>
    public string Namespace { get; }

    /// <summary>Name.</summary>
    public string Name { get; }

    /// <summary>metadata.uid, or the empty string.</summary>
    public string Uid { get; }

    /// <summary>The revision of the write that made this state; also its metadata.resourceVersion.</summary>
    public long Revision { get; }

    /// <summary>Labels.</summary>
    public FrozenDictionary<string, string> Labels { get; }

    /// <summary>Uids of owner references.</summary>
    public IReadOnlyList<string> OwnerUids { get; }

    /// <summary>Whether metadata.deletionTimestamp is set.</summary>
    public bool IsDeleting { get; }

    /// <summary>The whole object as compact JSON, in its stored version.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8;

    /// <summary>Offset of the first byte after <c>{"kind":…,"apiVersion":…,</c>: list items of built-in kinds leave those out.</summary>
    public int ItemOffset { get; }

    /// <summary>A fresh tree of the object; the caller may change it.</summary>
    public JsonObject ToJson() => JsonNode.Parse(_utf8)!.AsObject();
}
