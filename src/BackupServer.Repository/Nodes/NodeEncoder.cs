using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace BackupServer.Repository.Nodes;

/// <summary>Writes one node as the bytes that restic's own encoder would give.</summary>
internal static class NodeEncoder
{
    /// <summary>The whole node.</summary>
    public static void Write(Node node, IBufferWriter<byte> output)
    {
        WriteHead(node, output);
        WriteLinkTarget(node.LinkTarget.Span, output);
        WriteExtendedAttributes(node.ExtendedAttributes, output);
        if (!node.GenericAttributes.IsEmpty)
        {
            output.Write(",\"generic_attributes\":"u8);
            output.Write(node.GenericAttributes.Span);
        }

        NumberUnlessZero(",\"device\":"u8, node.Device, output);
        WriteContent(node.Content, output);
        if (node.Subtree is { } subtree)
        {
            output.Write(",\"subtree\":"u8);
            WriteId(subtree, output);
        }

        StringUnlessEmpty(",\"error\":"u8, node.Error, output);
        output.Write("}"u8);
    }

    /// <summary>The members from the name to the number of links: of a file without attributes all but its content.</summary>
    public static void WriteHead(Node node, IBufferWriter<byte> output)
    {
        output.Write("{\"name\":"u8);
        WriteName(node.Name.Span, output);
        output.Write(",\"type\":\""u8);
        output.Write(NodeTypeNames.Utf8Of(node.Type));
        output.Write("\""u8);
        NumberUnlessZero(",\"mode\":"u8, node.Mode, output);
        Time(",\"mtime\":\""u8, node.ModifiedAt, output);
        Time("\",\"atime\":\""u8, node.AccessedAt, output);
        Time("\",\"ctime\":\""u8, node.ChangedAt, output);
        Number("\",\"uid\":"u8, node.Uid, output);
        Number(",\"gid\":"u8, node.Gid, output);
        StringUnlessEmpty(",\"user\":"u8, node.User, output);
        StringUnlessEmpty(",\"group\":"u8, node.Group, output);
        NumberUnlessZero(",\"inode\":"u8, node.Inode, output);
        NumberUnlessZero(",\"device_id\":"u8, node.DeviceId, output);
        NumberUnlessZero(",\"size\":"u8, node.Size, output);
        NumberUnlessZero(",\"links\":"u8, node.Links, output);
    }

    private static void WriteName(ReadOnlySpan<byte> name, IBufferWriter<byte> output)
    {
        if (name.IndexOfAnyExcept(QuotedName.Plain) < 0)
        {
            output.Write("\""u8);
            output.Write(name);
            output.Write("\""u8);
            return;
        }

        ArrayBufferWriter<byte> quoted = new(name.Length + 16);
        QuotedName.Quote(name, quoted);
        GoJsonString.Write(quoted.WrittenSpan, output);
    }

    private static void Time(ReadOnlySpan<byte> member, NodeTime time, IBufferWriter<byte> output)
    {
        output.Write(member);
        output.Advance(time.Format(output.GetSpan(NodeTime.MaximumLength)));
    }

    private static void WriteLinkTarget(ReadOnlySpan<byte> target, IBufferWriter<byte> output)
    {
        if (target.IsEmpty)
        {
            return;
        }

        output.Write(",\"linktarget\":"u8);
        GoJsonString.Write(target, output);
        if (!System.Text.Unicode.Utf8.IsValid(target))
        {
            output.Write(",\"linktarget_raw\":"u8);
            WriteBase64(target, output);
        }
    }

    private static void WriteExtendedAttributes(IReadOnlyList<ExtendedAttribute> attributes, IBufferWriter<byte> output)
    {
        for (int i = 0; i < attributes.Count; i++)
        {
            output.Write(i == 0 ? ",\"extended_attributes\":[{\"name\":"u8 : ",{\"name\":"u8);
            GoJsonString.Write(Encoding.UTF8.GetBytes(attributes[i].Name), output);
            output.Write(",\"value\":"u8);
            WriteBase64(attributes[i].Value.Span, output);
            output.Write(i == attributes.Count - 1 ? "}]"u8 : "}"u8);
        }
    }

    private static void WriteContent(IReadOnlyList<ObjectId>? content, IBufferWriter<byte> output)
    {
        if (content is null)
        {
            output.Write(",\"content\":null"u8);
            return;
        }

        output.Write(",\"content\":["u8);
        for (int i = 0; i < content.Count; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            WriteId(content[i], output);
        }

        output.Write("]"u8);
    }

    private static void WriteId(ObjectId id, IBufferWriter<byte> output)
    {
        Span<byte> span = output.GetSpan(66);
        span[0] = (byte)'"';
        id.CopyHexTo(span[1..65]);
        span[65] = (byte)'"';
        output.Advance(66);
    }

    private static void WriteBase64(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        Span<byte> span = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, span, out _, out int written);
        output.Advance(written);
        output.Write("\""u8);
    }

    private static void NumberUnlessZero(ReadOnlySpan<byte> member, ulong value, IBufferWriter<byte> output)
    {
        if (value != 0)
        {
            Number(member, value, output);
        }
    }

    private static void Number(ReadOnlySpan<byte> member, ulong value, IBufferWriter<byte> output)
    {
        output.Write(member);
        Utf8Formatter.TryFormat(value, output.GetSpan(20), out int written);
        output.Advance(written);
    }

    private static void StringUnlessEmpty(ReadOnlySpan<byte> member, string value, IBufferWriter<byte> output)
    {
        if (value.Length > 0)
        {
            output.Write(member);
            GoJsonString.Write(Encoding.UTF8.GetBytes(value), output);
        }
    }
}
