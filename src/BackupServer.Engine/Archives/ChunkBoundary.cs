using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Engine.Archives;

/// <summary>
/// Says after which objects a chunk of a file ends. It depends on the object alone (its identity and roughly its size), so a changed,
/// added or removed object moves no boundary elsewhere and re-writes one chunk.
/// </summary>
internal static class ChunkBoundary
{
    /// <summary>Length that chunks have on average, in bytes.</summary>
    public const int Target = 256 * 1024;

    public static bool Follows(ObjectReference identity, int length)
    {
        // The size in powers of two: an object that grows a little keeps its boundary.
        var size = BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(length, 1, Target));
        var share = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(identity.ToString()))) / (double)ulong.MaxValue;
        return share < size / (double)Target;
    }
}
