using System.Buffers.Binary;

namespace BackupServer.DevCluster.Http.Protobuf;

/// <summary>Reads a message of protocol buffers field by field. A value must be read or skipped before the next field.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private const int LongestVarint = 10;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>How the value of the current field is written.</summary>
    public WireType Wire { get; private set; }

    /// <summary>Number of the current field.</summary>
    public int Number { get; private set; }

    /// <summary>Nothing is left.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty) return false;
        var tag = Varint();
        (Number, Wire) = ((int)(tag >> 3), (WireType)(tag & 7));
        return Number > 0 ? true : throw new FormatException($"proto: illegal tag {Number} (wire type {(int)Wire})");
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < LongestVarint; i++)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7f) << (7 * i);
            if (part < 0x80) return value;
        }

        throw new FormatException("proto: integer overflow");
    }

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    /// <summary>Text, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        var length = Varint();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw new FormatException("unexpected EOF");
    }

    public void Skip()
    {
        _ = Wire switch
        {
            WireType.Varint => (int)Varint(),
            WireType.Fixed64 => Take(8).Length,
            WireType.Length => Bytes().Length,
            WireType.Fixed32 => Take(4).Length,
            _ => throw new FormatException($"proto: illegal wireType {(int)Wire}"),
        };
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw new FormatException("unexpected EOF");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
