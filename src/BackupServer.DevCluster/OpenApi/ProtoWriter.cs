using System.Buffers;
using System.Text;

namespace BackupServer.DevCluster.OpenApi;

/// <summary>Writes protocol buffer fields (proto3 wire format): varints, strings and embedded messages.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>A string; the empty one is left out.</summary>
    public void String(int field, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            Bytes(field, Encoding.UTF8.GetBytes(value));
        }
    }

    /// <summary>A string of a repeated field, written even when empty.</summary>
    public void Element(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A boolean; false is left out.</summary>
    public void Bool(int field, bool value)
    {
        if (value)
        {
            Varint((ulong)(field << 3));
            Varint(1);
        }
    }

    /// <summary>An embedded message.</summary>
    public void Message(int field, Action<ProtoWriter> write)
    {
        var inner = new ProtoWriter();
        write(inner);
        Bytes(field, inner._buffer.WrittenSpan);
    }

    /// <summary>What was written.</summary>
    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    private void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((ulong)((field << 3) | 2));
        Varint((ulong)value.Length);
        _buffer.Write(value);
    }

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _buffer.Write([(byte)(value | 0x80)]);
            value >>= 7;
        }

        _buffer.Write([(byte)value]);
    }
}
