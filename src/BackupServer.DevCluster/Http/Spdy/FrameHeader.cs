using System.Buffers.Binary;

namespace BackupServer.DevCluster.Http.Spdy;

/// <summary>The first eight bytes of a frame: what it is, and how many bytes follow.</summary>
/// <param name="IsControl">A control frame; otherwise DATA.</param>
/// <param name="Version">Version of the protocol, of control frames.</param>
/// <param name="Type">What it says; may be a type that nobody knows.</param>
/// <param name="StreamId">The stream of a DATA frame.</param>
/// <param name="Flags">Flags, by type.</param>
/// <param name="Length">Bytes that follow, below 2^24.</param>
internal readonly record struct FrameHeader(bool IsControl, int Version, FrameType Type, uint StreamId, byte Flags, int Length)
{
    public const int Size = 8;
    public const int ProtocolVersion = 3;
    public const byte Fin = 1;
    public const byte Unidirectional = 2;
    public const int MaxLength = 0xffffff;
    private const uint ControlBit = 0x80000000;

    /// <summary>The sender says no more on this stream.</summary>
    public bool IsLast => (Flags & Fin) != 0;

    public static FrameHeader Control(FrameType type, int length) => new(true, ProtocolVersion, type, 0, 0, length);

    public static FrameHeader Data(uint stream, int length, bool last) => new(false, 0, FrameType.Data, stream, last ? Fin : (byte)0, length);

    public static FrameHeader Read(ReadOnlySpan<byte> bytes)
    {
        var first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var second = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var (flags, length) = ((byte)(second >> 24), (int)(second & MaxLength));
        return (first & ControlBit) == 0
            ? new FrameHeader(false, 0, FrameType.Data, first, flags, length)
            : new FrameHeader(true, (int)((first & ~ControlBit) >> 16), (FrameType)(first & 0xffff), 0, flags, length);
    }

    public void Write(Span<byte> bytes)
    {
        var first = IsControl ? ControlBit | ((uint)Version << 16) | (uint)Type : StreamId;
        BinaryPrimitives.WriteUInt32BigEndian(bytes, first);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], ((uint)Flags << 24) | (uint)Length);
    }
}
