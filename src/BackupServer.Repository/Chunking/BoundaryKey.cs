using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace BackupServer.Repository.Chunking;

/// <summary>
/// The random numbers by which boundaries are found. They follow from a secret of the repository (its chunker polynomial, which is stored encrypted), because boundaries
/// that anyone can compute would show by their sizes which known files a repository holds.
/// </summary>
public sealed class BoundaryKey
{
    private readonly ulong[] _words = new ulong[10];

    /// <summary>Derives the key; equal secrets give equal boundaries.</summary>
    public BoundaryKey(string secret)
    {
        byte[] key = Encoding.UTF8.GetBytes(secret);
        Span<byte> numbers = stackalloc byte[4 * HMACSHA256.HashSizeInBytes];
        for (int i = 0; i < 4; i++)
        {
            HMACSHA256.HashData(key, [(byte)i], numbers[(i * HMACSHA256.HashSizeInBytes)..]);
        }

        for (int i = 0; i < _words.Length; i++)
        {
            _words[i] = BinaryPrimitives.ReadUInt64LittleEndian(numbers[(i * sizeof(ulong))..]);
        }

        Factor = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(numbers[(_words.Length * sizeof(ulong))..]) | 1);
        Addend = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(numbers[((_words.Length + 1) * sizeof(ulong))..]) | 16);
    }

    /// <summary>Odd, so that no sum is lost.</summary>
    internal ushort Factor { get; }

    /// <summary>Not so small that a sum of zero would count: in zeros there is no boundary.</summary>
    internal ushort Addend { get; }

    internal ReadOnlySpan<ulong> Words => _words;
}
