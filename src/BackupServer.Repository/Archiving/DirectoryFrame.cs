using System.Buffers;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>
/// A directory that the walk is in. Its nodes arrive from several threads in any order, encoded in pieces, each of which has its place: of a large directory bytes of its tree are
/// held, not nodes. Whoever brings the last piece finishes the directory.
/// </summary>
internal sealed class DirectoryFrame(DirectoryFrame? above, int piece, RawName name, DirectoryHandle? handle, List<DirectoryEntry> entries, ParentTree? parentTree) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<byte[]?> _pieces = [];

    // One for the walk itself.
    private int _unfinished = 1;

    public DirectoryFrame? Above => above;

    /// <summary>Where its node belongs in the tree above.</summary>
    public int Piece => piece;

    public RawName Name => name;

    /// <summary>The open directory; null when it could not be opened, and there are no entries then.</summary>
    public DirectoryHandle? Handle => handle;

    /// <summary>Its entries, in the order of names.</summary>
    public List<DirectoryEntry> Entries => entries;

    public ParentTree? ParentTree => parentTree;

    /// <summary>The plan of this directory, while the walk is in the planned part.</summary>
    public ArchivePlan? Plan { get; init; }

    /// <summary>Node without its subtree; null for the root of the snapshot.</summary>
    public Node? Self { get; init; }

    /// <summary>Whether the parent snapshot has a directory of this name.</summary>
    public bool InParent { get; init; }

    /// <summary>The directory's tree in the parent snapshot.</summary>
    public ObjectId? ParentSubtree { get; init; }

    /// <summary>File system of the directory.</summary>
    public ulong DeviceId { get; init; }

    /// <summary>Pieces that are not there yet, and the walk.</summary>
    public int Unfinished => Volatile.Read(ref _unfinished);

    /// <summary>Keeps the next place in the tree for a piece.</summary>
    public int Reserve()
    {
        lock (_gate)
        {
            _unfinished++;
            _pieces.Add(null);
            return _pieces.Count - 1;
        }
    }

    /// <summary>Puts encoded nodes, separated by commas, in their place; true for the last one, who then finishes the directory.</summary>
    public bool Complete(int place, byte[] nodes)
    {
        lock (_gate)
        {
            _pieces[place] = nodes;
            return --_unfinished == 0;
        }
    }

    /// <summary>The walk has seen all entries; true if all pieces are there too.</summary>
    public bool Leave()
    {
        lock (_gate)
        {
            return --_unfinished == 0;
        }
    }

    /// <summary>The bytes of the whole tree, once all pieces are there, in memory that is borrowed from the shared pool.</summary>
    public (byte[] Rented, int Length) Assemble()
    {
        int length = "{\"nodes\":[]}\n"u8.Length + _pieces.Sum(nodes => nodes!.Length == 0 ? 0 : nodes.Length + 1);
        byte[] tree = ArrayPool<byte>.Shared.Rent(length);
        "{\"nodes\":["u8.CopyTo(tree);
        int position = 10;
        foreach (byte[] nodes in _pieces.OfType<byte[]>().Where(nodes => nodes.Length > 0))
        {
            nodes.CopyTo(tree, position);
            position += nodes.Length;
            tree[position++] = (byte)',';
        }

        // The last comma is one too many.
        position -= tree[position - 1] == ',' ? 1 : 0;
        "]}\n"u8.CopyTo(tree.AsSpan(position));
        _pieces.Clear();
        return (tree, position + 3);
    }

    /// <summary>Path of an entry in the snapshot. Built only when asked for: in a deep tree each would be long.</summary>
    public RawName PathOf(RawName entry)
    {
        RawName path = default;
        foreach (RawName part in PartsOf(entry))
        {
            path = new RawName([.. path.Span, (byte)'/', .. part.Span]);
        }

        return path;
    }

    /// <summary>The names from the snapshot's root to an entry.</summary>
    public RawName[] PartsOf(RawName entry)
    {
        List<RawName> parts = [entry];
        for (DirectoryFrame? frame = this; frame?.Above is not null; frame = frame.Above)
        {
            parts.Add(frame.Name);
        }

        parts.Reverse();
        return [.. parts];
    }

    public void Dispose() => handle?.Dispose();
}
