using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace BackupServer.Repository.Nodes;

/// <summary>
/// Writes one tree, node by node, as the bytes that restic's own encoder would give: member order of its node, Go's string escapes, a line feed at the end.
/// <c>restic rewrite</c> refuses any other form, and equal directories must have equal ids. Not thread safe.
/// </summary>
/// <param name="output">Receives the bytes; need not hold the whole tree.</param>
public sealed class TreeWriter(IBufferWriter<byte> output)
{
    private RawName _last;
    private bool _any;
    private bool _finished;

    /// <summary>Appends a node.</summary>
    /// <exception cref="InvalidOperationException">The name does not follow the last one in byte order, or the tree is finished.</exception>
    public void Write(Node node)
    {
        if (_finished || (_any && node.Name <= _last))
        {
            throw new InvalidOperationException($"Node '{node.Name}' cannot follow '{_last}': names of a tree are strictly increasing by bytes.");
        }

        output.Write(_any ? ","u8 : "{\"nodes\":["u8);
        WriteNode(node);
        _last = node.Name;
        _any = true;
    }

    /// <summary>Writes the end; to be called once.</summary>
    public void Finish()
    {
        output.Write(_any ? "]}\n"u8 : "{\"nodes\":[]}\n"u8);
        _finished = true;
    }

    private void WriteNode(Node node)
    {
        output.Write("{\"name\":"u8);
        ArrayBufferWriter<byte> quoted = new(node.Name.Length + 16);
        QuotedName.Quote(node.Name.Span, quoted);
        GoJsonString.Write(quoted.WrittenSpan, output);
        Text(",\"type\":\"", NodeTypeNames.Of(node.Type), "\"");
        NumberUnlessZero(",\"mode\":"u8, node.Mode);
        Text(",\"mtime\":\"", node.ModifiedAt.ToString(), "\"");
        Text(",\"atime\":\"", node.AccessedAt.ToString(), "\"");
        Text(",\"ctime\":\"", node.ChangedAt.ToString(), "\"");
        Number(",\"uid\":"u8, node.Uid);
        Number(",\"gid\":"u8, node.Gid);
        StringUnlessEmpty(",\"user\":"u8, node.User);
        StringUnlessEmpty(",\"group\":"u8, node.Group);
        NumberUnlessZero(",\"inode\":"u8, node.Inode);
        NumberUnlessZero(",\"device_id\":"u8, node.DeviceId);
        NumberUnlessZero(",\"size\":"u8, node.Size);
        NumberUnlessZero(",\"links\":"u8, node.Links);
        WriteLinkTarget(node.LinkTarget.Span);
        WriteExtendedAttributes(node.ExtendedAttributes);
        if (!node.GenericAttributes.IsEmpty)
        {
            output.Write(",\"generic_attributes\":"u8);
            output.Write(node.GenericAttributes.Span);
        }

        NumberUnlessZero(",\"device\":"u8, node.Device);
        WriteContent(node.Content);
        if (node.Subtree is { } subtree)
        {
            output.Write(",\"subtree\":"u8);
            WriteId(subtree);
        }

        StringUnlessEmpty(",\"error\":"u8, node.Error);
        output.Write("}"u8);
    }

    private void WriteLinkTarget(ReadOnlySpan<byte> target)
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
            WriteBase64(target);
        }
    }

    private void WriteExtendedAttributes(IReadOnlyList<ExtendedAttribute> attributes)
    {
        for (int i = 0; i < attributes.Count; i++)
        {
            output.Write(i == 0 ? ",\"extended_attributes\":[{\"name\":"u8 : ",{\"name\":"u8);
            GoJsonString.Write(Encoding.UTF8.GetBytes(attributes[i].Name), output);
            output.Write(",\"value\":"u8);
            WriteBase64(attributes[i].Value.Span);
            output.Write(i == attributes.Count - 1 ? "}]"u8 : "}"u8);
        }
    }

    private void WriteContent(IReadOnlyList<ObjectId>? content)
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

            WriteId(content[i]);
        }

        output.Write("]"u8);
    }

    private void WriteId(ObjectId id)
    {
        Span<byte> span = output.GetSpan(66);
        span[0] = (byte)'"';
        id.CopyHexTo(span[1..65]);
        span[65] = (byte)'"';
        output.Advance(66);
    }

    private void WriteBase64(ReadOnlySpan<byte> bytes)
    {
        output.Write("\""u8);
        Span<byte> span = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, span, out _, out int written);
        output.Advance(written);
        output.Write("\""u8);
    }

    private void NumberUnlessZero(ReadOnlySpan<byte> member, ulong value)
    {
        if (value != 0)
        {
            Number(member, value);
        }
    }

    private void Number(ReadOnlySpan<byte> member, ulong value)
    {
        output.Write(member);
        Utf8Formatter.TryFormat(value, output.GetSpan(20), out int written);
        output.Advance(written);
    }

    private void StringUnlessEmpty(ReadOnlySpan<byte> member, string value)
    {
        if (value.Length > 0)
        {
            output.Write(member);
            GoJsonString.Write(Encoding.UTF8.GetBytes(value), output);
        }
    }

    private void Text(string before, string ascii, string after)
    {
        int length = before.Length + ascii.Length + after.Length;
        Span<byte> span = output.GetSpan(length);
        int position = Encoding.ASCII.GetBytes(before, span);
        position += Encoding.ASCII.GetBytes(ascii, span[position..]);
        Encoding.ASCII.GetBytes(after, span[position..]);
        output.Advance(length);
    }
}
