using System.Text.Json;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>
/// What the parent snapshot has under a name: the bytes of the node, which tell by a comparison that nothing changed, or the node. The default is nothing.
/// </summary>
internal readonly struct ParentEntry
{
    private static ReadOnlySpan<byte> ContentStart => ",\"content\":["u8;

    private readonly Node? _node;
    private readonly ReadOnlyMemory<byte> _bytes;

    public ParentEntry(Node node) => _node = node;

    public ParentEntry(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The encoded node; empty where only the node is known.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.Span;

    /// <summary>The node, or null if there is none, or it is damaged: a damaged parent must not stop a new backup.</summary>
    public Node? ToNode()
    {
        if (_node is not null || _bytes.IsEmpty)
        {
            return _node;
        }

        try
        {
            Utf8JsonReader json = new(_bytes.Span);
            json.Read();
            return NodeParser.Parse(ref json, _bytes);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether the node begins with these members and has nothing else but a content that the index knows: then it is the new node, byte for byte.</summary>
    public bool IsFile(ReadOnlySpan<byte> head, Repository repository)
    {
        ReadOnlySpan<byte> bytes = Bytes;
        if (!bytes.StartsWith(head) || !bytes[head.Length..].StartsWith(ContentStart))
        {
            return false;
        }

        ReadOnlySpan<byte> content = bytes[(head.Length + ContentStart.Length)..];
        while (content.Length > ObjectId.HexLength + 2
            && content[0] == '"'
            && ObjectId.TryParse(content.Slice(1, ObjectId.HexLength), out ObjectId id)
            && repository.ContainsBlob(BlobType.Data, id))
        {
            content = content[(ObjectId.HexLength + 2)..];
            if (content[0] == ',')
            {
                content = content[1..];
            }
        }

        return content.SequenceEqual("]}"u8);
    }
}
