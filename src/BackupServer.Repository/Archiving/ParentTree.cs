using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>
/// One directory of the parent snapshot, read alongside the walk of the same directory on the disk: both are in the order of names, so no lookup table is needed.
/// Nodes are cut out of the tree without parsing them where it is in the canonical form. A tree that another program left unsorted only costs reading files again.
/// </summary>
internal sealed class ParentTree
{
    private readonly ReadOnlyMemory<byte> _tree;
    private readonly TreeReader? _reader;
    private int _position;
    private ParentEntry _current;
    private RawName _name;
    private bool _ended;

    public ParentTree(ReadOnlyMemory<byte> tree)
    {
        _tree = tree;
        ReadOnlySpan<byte> start = "{\"nodes\":["u8;
        _position = start.Length;
        if (!tree.Span.StartsWith("{\"nodes\":[{\"name\":\""u8) || !tree.Span.EndsWith("}]}\n"u8))
        {
            _reader = new TreeReader(tree);
        }
    }

    /// <summary>What the parent has under a name. Names must come in increasing order.</summary>
    public ParentEntry Find(RawName name)
    {
        while (!_ended && (_name.IsEmpty || _name < name))
        {
            try
            {
                _ended = !(_reader is null ? TryCut() : TryRead(_reader));
            }
            catch (Exception error) when (error is TreeFormatException or FormatException)
            {
                // A damaged parent must not stop a new backup; without it the rest counts as new.
                _ended = true;
            }
        }

        return !_ended && _name == name ? _current : default;
    }

    private bool TryRead(TreeReader reader)
    {
        if (reader.Read() is not { } node)
        {
            return false;
        }

        (_current, _name) = (new ParentEntry(node), node.Name);
        return true;
    }

    private bool TryCut()
    {
        ReadOnlySpan<byte> rest = _tree.Span[_position..];
        if (!rest.StartsWith("{\"name\":\""u8))
        {
            return false;
        }

        int length = LengthOf(rest);
        _current = new ParentEntry(length > 0 ? _tree.Slice(_position, length) : default);
        ReadOnlySpan<byte> name = length > 9 ? rest[9..length] : default;
        name = name.IndexOf((byte)'"') is >= 0 and var end ? name[..end] : throw new FormatException("a node's name does not end");
        _name = name.Contains((byte)'\\') ? _current.ToNode()?.Name ?? throw new FormatException("a node is damaged") : new RawName(name.ToArray());
        _position += length + 1;
        return true;
    }

    // Between two nodes, and between two attributes of one, but in no string, whose quotes are escaped, is this. Behind the name a node has its type.
    private static int LengthOf(ReadOnlySpan<byte> rest)
    {
        int end = 0;
        while (rest[end..].IndexOf("},{\"name\":\""u8) is >= 0 and int next)
        {
            end += next + 1;
            int quote = end + ",{\"name\":\""u8.Length;
            while (quote < rest.Length && rest[quote..].IndexOfAny((byte)'"', (byte)'\\') is >= 0 and int special)
            {
                quote += special;
                if (rest[quote] == '"')
                {
                    break;
                }

                quote += 2;
            }

            if (quote < rest.Length && rest[quote..].StartsWith("\",\"type\":"u8))
            {
                return end;
            }
        }

        return rest.Length - "]}\n"u8.Length;
    }
}
