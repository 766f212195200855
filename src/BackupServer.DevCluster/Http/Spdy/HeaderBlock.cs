using System.Buffers.Binary;
using System.Text;

namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>A header block without its compression: a count, then names and values, each with its length; numbers in four bytes. Pure.</summary>
internal static class HeaderBlock
{
    public static byte[] Write(IReadOnlyDictionary<string, string> headers)
    {
        var block = new MemoryStream();
        Number(headers.Count);
        foreach (var (name, value) in headers)
        {
            Text(name);
            Text(value);
        }

        return block.ToArray();

        void Text(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Number(bytes.Length);
            block.Write(bytes);
        }

        void Number(int number)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, number);
            block.Write(bytes);
        }
    }

    /// <summary>The headers; several values of one name are one text with NUL between them, as on the wire.</summary>
    /// <exception cref="SpdyException">Lengths that do not fit, a name twice or an empty one, or bytes after the last value.</exception>
    public static Dictionary<string, string> Read(ReadOnlySpan<byte> block)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var left = Number(ref block); left > 0; left--)
        {
            var name = Text(ref block);
            if (name.Length == 0 || !headers.TryAdd(name, Text(ref block))) throw new SpdyException($"header \"{name}\" is empty or twice in a block");
        }

        return block.IsEmpty ? headers : throw new SpdyException($"{block.Length} bytes follow the last header of a block");
    }

    private static uint Number(ref ReadOnlySpan<byte> block)
    {
        if (block.Length < 4) throw new SpdyException("a header block ends within a length");
        var number = BinaryPrimitives.ReadUInt32BigEndian(block);
        block = block[4..];
        return number;
    }

    private static string Text(ref ReadOnlySpan<byte> block)
    {
        var length = Number(ref block);
        if (length > block.Length) throw new SpdyException($"a header of {length} bytes is in a block that has {block.Length} left");
        var text = Encoding.UTF8.GetString(block[..(int)length]);
        block = block[(int)length..];
        return text;
    }
}
