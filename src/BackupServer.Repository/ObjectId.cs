using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace BackupServer.Repository;

/// <summary>
/// A SHA-256 name: of a blob's plaintext, or of a stored file's bytes. Ordered as its lower-case hex text is.
/// </summary>
[JsonConverter(typeof(ObjectIdJsonConverter))]
public readonly struct ObjectId : IEquatable<ObjectId>, IComparable<ObjectId>
{
    /// <summary>Bytes of an id.</summary>
    public const int Size = 32;

    /// <summary>Characters of an id's text.</summary>
    public const int HexLength = 64;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Takes the id from exactly 32 bytes.</summary>
    public ObjectId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"an id has {Size} bytes, not {bytes.Length}", nameof(bytes));
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Whether this is the default value, which names nothing.</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>Well spread bits of the id, for hash tables.</summary>
    internal ulong Spread => _a;

    /// <summary>The id of <paramref name="content"/>.</summary>
    public static ObjectId Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(content, hash);

        return new ObjectId(hash);
    }

    /// <summary>Reads 64 hex digits.</summary>
    /// <exception cref="FormatException">The text is not an id.</exception>
    public static ObjectId Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not an id: 64 hex digits are expected");

    /// <summary>Reads 64 hex digits; anything else is refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ObjectId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        id = default;
        if (text.Length != HexLength || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        id = new ObjectId(bytes);
        return true;
    }

    /// <summary>Reads 64 hex digits of UTF-8 text; anything else is refused.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out ObjectId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        id = default;
        if (utf8Text.Length != HexLength || Convert.FromHexString(utf8Text, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        id = new ObjectId(bytes);
        return true;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>Writes the 64 lower-case hex digits as UTF-8.</summary>
    public void CopyHexTo(Span<byte> utf8Destination)
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        Convert.TryToHexStringLower(bytes, utf8Destination, out _);
    }

    /// <summary>The 64 lower-case hex digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);

        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>The first eight hex digits, as people name snapshots.</summary>
    public string ToShortString() => ToString()[..8];

    /// <inheritdoc/>
    public bool Equals(ObjectId other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ObjectId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _a.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(ObjectId other)
    {
        var order = _a.CompareTo(other._a);
        if (order == 0)
        {
            order = _b.CompareTo(other._b);
        }

        if (order == 0)
        {
            order = _c.CompareTo(other._c);
        }

        return order == 0 ? _d.CompareTo(other._d) : order;
    }

    /// <summary>Equality of all 32 bytes.</summary>
    public static bool operator ==(ObjectId left, ObjectId right) => left.Equals(right);

    /// <summary>Inequality of any byte.</summary>
    public static bool operator !=(ObjectId left, ObjectId right) => !left.Equals(right);

    /// <summary>Order of the hex texts.</summary>
    public static bool operator <(ObjectId left, ObjectId right) => left.CompareTo(right) < 0;

    /// <summary>Order of the hex texts.</summary>
    public static bool operator <=(ObjectId left, ObjectId right) => left.CompareTo(right) <= 0;

    /// <summary>Order of the hex texts.</summary>
    public static bool operator >(ObjectId left, ObjectId right) => left.CompareTo(right) > 0;

    /// <summary>Order of the hex texts.</summary>
    public static bool operator >=(ObjectId left, ObjectId right) => left.CompareTo(right) >= 0;
}
