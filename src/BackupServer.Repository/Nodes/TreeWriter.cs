using System.Buffers;

namespace BackupServer.Repository.Nodes;

/// <summary>
/// Writes one tree, node by node, as the bytes that restic's own encoder would give: member order of its node, Go's string escapes, a line feed at the end.
/// <c>restic rewrite</c> refuses any other form, and equal directories must have equal ids. Not thread safe.
/// </summary>
/// <param name="output">Receives the bytes; need not hold the whole tree.</param>
public sealed class TreeWriter(IBufferWriter<byte> output)
{
    private RawName _last;
    private bool _any;
    private bool _finished;

    /// <summary>Appends a node.</summary>
    /// <exception cref="InvalidOperationException">The name does not follow the last one in byte order, or the tree is finished.</exception>
    public void Write(Node node)
    {
        if (_finished || (_any && node.Name <= _last))
        {
            throw new InvalidOperationException($"Node '{node.Name}' cannot follow '{_last}': names of a tree are strictly increasing by bytes.");
        }

        output.Write(_any ? ","u8 : "{\"nodes\":["u8);
        NodeEncoder.Write(node, output);
        _last = node.Name;
        _any = true;
    }

    /// <summary>Writes the end; to be called once.</summary>
    public void Finish()
    {
        output.Write(_any ? "]}\n"u8 : "{\"nodes\":[]}\n"u8);
        _finished = true;
    }
}
