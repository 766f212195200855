using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace BackupServer.Repository.Chunking;

/// <summary>
/// The 256 random words of a gear hash. They follow from a secret of the repository (its chunker polynomial, which is stored encrypted), because boundaries
/// that anyone can compute would show by their sizes which known files a repository holds.
/// </summary>
public sealed class GearTable
{
    private readonly ulong[] _words = new ulong[256];

    /// <summary>Derives the table; equal secrets give equal boundaries.</summary>
    public GearTable(string secret)
    {
        byte[] key = Encoding.UTF8.GetBytes(secret);
        for (int i = 0; i < _words.Length; i++)
        {
            _words[i] = BinaryPrimitives.ReadUInt64LittleEndian(HMACSHA256.HashData(key, new[] { (byte)i }));
        }
    }

    internal ReadOnlySpan<ulong> Words => _words;
}
