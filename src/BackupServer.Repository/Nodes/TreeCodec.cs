using System.Buffers;

namespace BackupServer.Repository.Nodes;

/// <summary>Whole trees at once, for callers whose directories fit in memory. <see cref="TreeReader"/> and <see cref="TreeWriter"/> stream.</summary>
public static class TreeCodec
{
    /// <summary>The canonical bytes of the nodes, which must be in the order of their names.</summary>
    /// <exception cref="InvalidOperationException">The names are not strictly increasing.</exception>
    public static byte[] Encode(IEnumerable<Node> nodes)
    {
        ArrayBufferWriter<byte> buffer = new(4096);
        TreeWriter writer = new(buffer);
        foreach (Node node in nodes)
        {
            writer.Write(node);
        }

        writer.Finish();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>All nodes of a tree blob.</summary>
    /// <exception cref="TreeFormatException">The bytes are not a tree.</exception>
    public static IReadOnlyList<Node> Decode(ReadOnlyMemory<byte> tree) => [.. TreeReader.ReadAll(tree)];
}
