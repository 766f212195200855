using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace BackupServer.Repository.Nodes;

/// <summary>
/// A name or path as Linux knows it: bytes, usually but not always UTF-8. Compared and ordered by bytes, which is the order of nodes in a tree.
/// <see cref="ToString"/> is for people: what is not printable UTF-8 is escaped as in a tree, so the text never hides a byte.
/// </summary>
public readonly struct RawName : IEquatable<RawName>, IComparable<RawName>
{
    private readonly byte[]? _bytes;

    /// <summary>Wraps the array without a copy; nobody may change it afterwards.</summary>
    public RawName(byte[] bytes) => _bytes = bytes;

    /// <summary>Takes the UTF-8 bytes of the text.</summary>
    public RawName(string text) => _bytes = Encoding.UTF8.GetBytes(text);

    /// <summary>The bytes, without a terminating zero.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>The bytes as memory.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>Number of bytes.</summary>
    public int Length => _bytes?.Length ?? 0;

    /// <summary>Whether there are no bytes.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>
    /// Whether this can name an entry of a directory: not empty, not <c>.</c> or <c>..</c>, without <c>/</c> and zero bytes.
    /// A snapshot's name that fails this would lead a restore out of its directory.
    /// </summary>
    public bool IsEntryName => Length > 0 && !Span.SequenceEqual("."u8) && !Span.SequenceEqual(".."u8) && Span.IndexOfAny((byte)'/', (byte)0) < 0;

    /// <summary>This path, a slash, and the name; just the name when this is empty.</summary>
    public RawName Append(RawName name)
    {
        if (IsEmpty)
        {
            return name;
        }

        bool slash = Span[^1] != (byte)'/';
        byte[] joined = new byte[Length + (slash ? 1 : 0) + name.Length];
        Span.CopyTo(joined);
        if (slash)
        {
            joined[Length] = (byte)'/';
        }

        name.Span.CopyTo(joined.AsSpan(joined.Length - name.Length));
        return new RawName(joined);
    }

    /// <summary>The parts between slashes; empty parts and <c>.</c> are dropped.</summary>
    public IReadOnlyList<RawName> Split()
    {
        List<RawName> parts = [];
        foreach (Range range in Span.Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = Span[range];
            if (part.Length > 0 && !part.SequenceEqual("."u8))
            {
                parts.Add(new RawName(part.ToArray()));
            }
        }

        return parts;
    }

    /// <inheritdoc/>
    public bool Equals(RawName other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is RawName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int CompareTo(RawName other) => Span.SequenceCompareTo(other.Span);

    /// <inheritdoc/>
    public override string ToString() => QuotedName.Display(Span);

    /// <summary>Equality of bytes.</summary>
    public static bool operator ==(RawName left, RawName right) => left.Equals(right);

    /// <summary>Inequality of bytes.</summary>
    public static bool operator !=(RawName left, RawName right) => !left.Equals(right);

    /// <summary>Order of bytes.</summary>
    public static bool operator <(RawName left, RawName right) => left.CompareTo(right) < 0;

    /// <summary>Order of bytes.</summary>
    public static bool operator >(RawName left, RawName right) => left.CompareTo(right) > 0;

    /// <summary>Order of bytes.</summary>
    public static bool operator <=(RawName left, RawName right) => left.CompareTo(right) <= 0;

    /// <summary>Order of bytes.</summary>
    public static bool operator >=(RawName left, RawName right) => left.CompareTo(right) >= 0;
}
