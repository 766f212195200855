using System.Text.Json;

namespace BackupServer.Repository.Nodes;

/// <summary>Reads one node object. Nulls count as absent and unknown members are skipped, as in Go's decoder.</summary>
internal static class NodeParser
{
    /// <summary>Reads from the object's opening brace to its closing one.</summary>
    /// <param name="json">Stands on the opening brace.</param>
    /// <param name="source">The bytes the reader was created over.</param>
    /// <exception cref="FormatException">A member has the wrong kind or form, or name or type is missing.</exception>
    public static Node Parse(ref Utf8JsonReader json, ReadOnlyMemory<byte> source)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("a node is a JSON object");
        }

        NodeDraft draft = new();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string member = json.GetString()!;
            json.Read();
            if (json.TokenType != JsonTokenType.Null)
            {
                ReadMember(ref json, source, member, draft);
            }
        }

        return draft.ToNode();
    }

    private static void ReadMember(ref Utf8JsonReader json, ReadOnlyMemory<byte> source, string member, NodeDraft draft)
    {
        switch (member)
        {
            case "name": draft.Name = new RawName(QuotedName.Unquote(Bytes(ref json))); break;
            case "type": draft.Type = ReadType(ref json); break;
            case "mode": draft.Mode = json.GetUInt32(); break;
            case "mtime": draft.ModifiedAt = NodeTime.Parse(json.GetString()); break;
            case "atime": draft.AccessedAt = NodeTime.Parse(json.GetString()); break;
            case "ctime": draft.ChangedAt = NodeTime.Parse(json.GetString()); break;
            case "uid": draft.Uid = json.GetUInt32(); break;
            case "gid": draft.Gid = json.GetUInt32(); break;
            case "user": draft.User = json.GetString()!; break;
            case "group": draft.Group = json.GetString()!; break;
            case "inode": draft.Inode = json.GetUInt64(); break;
            case "device_id": draft.DeviceId = json.GetUInt64(); break;
            case "size": draft.Size = json.GetUInt64(); break;
            case "links": draft.Links = json.GetUInt64(); break;
            case "linktarget": draft.LinkTarget = Bytes(ref json); break;
            case "linktarget_raw": draft.RawLinkTarget = json.GetBytesFromBase64(); break;
            case "extended_attributes": draft.ExtendedAttributes = ReadAttributes(ref json); break;
            case "generic_attributes": draft.GenericAttributes = ReadRaw(ref json, source); break;
            case "device": draft.Device = json.GetUInt64(); break;
            case "content": draft.Content = ReadContent(ref json); break;
            case "subtree": draft.Subtree = ReadId(ref json); break;
            case "error": draft.Error = json.GetString()!; break;
            default: json.Skip(); break;
        }
    }

    private static NodeType ReadType(ref Utf8JsonReader json) =>
        NodeTypeNames.Parse(Bytes(ref json)) ?? throw new FormatException($"'{json.GetString()}' is not a type of node");

    private static byte[] Bytes(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            throw new FormatException("a string is expected");
        }

        byte[] buffer = new byte[json.ValueSpan.Length];
        int length = json.CopyString(buffer);
        return length == buffer.Length ? buffer : buffer[..length];
    }

    private static byte[] ReadRaw(ref Utf8JsonReader json, ReadOnlyMemory<byte> source)
    {
        int start = (int)json.TokenStartIndex;
        json.Skip();
        return source.Span[start..(int)json.BytesConsumed].ToArray();
    }

    private static List<ExtendedAttribute> ReadAttributes(ref Utf8JsonReader json)
    {
        ExpectArray(ref json);
        List<ExtendedAttribute> attributes = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            string name = "";
            byte[] value = [];
            if (json.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException("an extended attribute is a JSON object");
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isName = json.ValueTextEquals("name"u8);
                bool isValue = json.ValueTextEquals("value"u8);
                json.Read();
                if (isName)
                {
                    name = json.GetString() ?? "";
                }
                else if (isValue && json.TokenType != JsonTokenType.Null)
                {
                    value = json.GetBytesFromBase64();
                }
                else
                {
                    json.Skip();
                }
            }

            attributes.Add(new ExtendedAttribute(name, value));
        }

        return attributes;
    }

    private static List<ObjectId> ReadContent(ref Utf8JsonReader json)
    {
        ExpectArray(ref json);
        List<ObjectId> content = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            content.Add(ReadId(ref json));
        }

        return content;
    }

    private static ObjectId ReadId(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.String && ObjectId.TryParse(json.ValueSpan, out ObjectId id)
            ? id
            : throw new FormatException("an id of 64 hex digits is expected");

    private static void ExpectArray(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw new FormatException("an array is expected");
        }
    }
}
