using System.Text.Json;

namespace BackupServer.Repository.Nodes;

/// <summary>Reads one node object. Nulls count as absent and unknown members are skipped, as in Go's decoder.</summary>
internal static class NodeParser
{
    private const int LongestMember = 20;

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
        Span<byte> member = stackalloc byte[LongestMember];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            // No member that is known is longer, and unknown ones are passed over.
            int length = json.ValueSpan.Length <= LongestMember ? json.CopyString(member) : 0;
            json.Read();
            if (json.TokenType != JsonTokenType.Null)
            {
                ReadMember(ref json, source, member[..length], draft);
            }
        }

        return draft.ToNode();
    }

    private static void ReadMember(ref Utf8JsonReader json, ReadOnlyMemory<byte> source, scoped ReadOnlySpan<byte> member, NodeDraft draft)
    {
        // Strings of bytes cannot be switched on; the length and a letter tell nearly all apart.
        switch (member.Length)
        {
            case 3 when member.SequenceEqual("uid"u8): draft.Uid = json.GetUInt32(); break;
            case 3 when member.SequenceEqual("gid"u8): draft.Gid = json.GetUInt32(); break;
            case 4 when member.SequenceEqual("name"u8): draft.Name = new RawName(ReadName(ref json)); break;
            case 4 when member.SequenceEqual("type"u8): draft.Type = ReadType(ref json); break;
            case 4 when member.SequenceEqual("mode"u8): draft.Mode = json.GetUInt32(); break;
            case 4 when member.SequenceEqual("size"u8): draft.Size = json.GetUInt64(); break;
            case 4 when member.SequenceEqual("user"u8): draft.User = json.GetString()!; break;
            case 5 when member.SequenceEqual("mtime"u8): draft.ModifiedAt = ReadTime(ref json); break;
            case 5 when member.SequenceEqual("atime"u8): draft.AccessedAt = ReadTime(ref json); break;
            case 5 when member.SequenceEqual("ctime"u8): draft.ChangedAt = ReadTime(ref json); break;
            case 5 when member.SequenceEqual("inode"u8): draft.Inode = json.GetUInt64(); break;
            case 5 when member.SequenceEqual("links"u8): draft.Links = json.GetUInt64(); break;
            case 5 when member.SequenceEqual("group"u8): draft.Group = json.GetString()!; break;
            case 5 when member.SequenceEqual("error"u8): draft.Error = json.GetString()!; break;
            case 6 when member.SequenceEqual("device"u8): draft.Device = json.GetUInt64(); break;
            case 7 when member.SequenceEqual("content"u8): draft.Content = ReadContent(ref json); break;
            case 7 when member.SequenceEqual("subtree"u8): draft.Subtree = ReadId(ref json); break;
            case 9 when member.SequenceEqual("device_id"u8): draft.DeviceId = json.GetUInt64(); break;
            case 10 when member.SequenceEqual("linktarget"u8): draft.LinkTarget = Bytes(ref json); break;
            case 14 when member.SequenceEqual("linktarget_raw"u8): draft.RawLinkTarget = json.GetBytesFromBase64(); break;
            case 18 when member.SequenceEqual("generic_attributes"u8): draft.GenericAttributes = ReadRaw(ref json, source); break;
            case 19 when member.SequenceEqual("extended_attributes"u8): draft.ExtendedAttributes = ReadAttributes(ref json); break;
            default: json.Skip(); break;
        }
    }

    // Nearly no name has an escape, neither of JSON nor of its own.
    private static byte[] ReadName(ref Utf8JsonReader json) => QuotedName.Unquote(
        json.TokenType == JsonTokenType.String && !json.ValueIsEscaped ? json.ValueSpan : Bytes(ref json));

    private static NodeTime ReadTime(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.String && !json.ValueIsEscaped ? NodeTime.Parse(json.ValueSpan) : NodeTime.Parse(json.GetString());

    private static NodeType ReadType(ref Utf8JsonReader json) =>
        NodeTypeNames.Parse(json.TokenType == JsonTokenType.String && !json.ValueIsEscaped ? json.ValueSpan : Bytes(ref json)) ?? throw new FormatException($"'{json.GetString()}' is not a type of node");

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
        List<ObjectId> content = new(1);
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
