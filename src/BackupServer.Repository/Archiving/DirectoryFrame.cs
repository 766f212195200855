using System.Buffers;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>
/// A directory that the walk is in. Its nodes arrive from other threads in any order and are written in the order of names, as soon as all before are there, so that of a
/// large directory mostly bytes of its tree are held, not nodes.
/// </summary>
internal sealed class DirectoryFrame : IDisposable
{
    private readonly ArrayBufferWriter<byte> _tree = new();
    private readonly TreeWriter _writer;
    private readonly Queue<Task<Node?>> _pending = new();
    private readonly List<DirectoryEntry> _entries;
    private int _next;

    public DirectoryFrame(DirectoryFrame? above, RawName name, DirectoryHandle? handle, List<DirectoryEntry> entries, ParentTree? parentTree)
    {
        Above = above;
        Name = name;
        Handle = handle;
        ParentTree = parentTree;
        _entries = entries;
        _writer = new TreeWriter(_tree);
    }

    public DirectoryFrame? Above { get; }

    public RawName Name { get; }

    /// <summary>The open directory; null when it could not be opened, and there are no entries then.</summary>
    public DirectoryHandle? Handle { get; }

    public ParentTree? ParentTree { get; }

    /// <summary>The plan of this directory, while the walk is in the planned part.</summary>
    public ArchivePlan? Plan { get; init; }

    /// <summary>Node without its subtree; null for the root of the snapshot.</summary>
    public Node? Self { get; init; }

    /// <summary>This directory's node in the parent snapshot.</summary>
    public Node? ParentNode { get; init; }

    /// <summary>File system of the directory.</summary>
    public ulong DeviceId { get; init; }

    /// <summary>Nodes that are not in the tree yet.</summary>
    public IEnumerable<Task<Node?>> Pending => _pending;

    public bool TryNext(out DirectoryEntry entry)
    {
        entry = _next < _entries.Count ? _entries[_next] : default;
        return _next++ < _entries.Count;
    }

    /// <summary>Adds the node of the next name; waits for the oldest when too many are open.</summary>
    public async ValueTask AddAsync(Task<Node?> node, int limit)
    {
        _pending.Enqueue(node);
        while (_pending.Count > limit || (_pending.TryPeek(out Task<Node?>? oldest) && oldest.IsCompleted))
        {
            Write(await _pending.Dequeue());
        }
    }

    /// <summary>The bytes of the whole tree, once all nodes are there.</summary>
    public async Task<ReadOnlyMemory<byte>> FinishAsync()
    {
        while (_pending.TryDequeue(out Task<Node?>? node))
        {
            Write(await node);
        }

        _writer.Finish();
        return _tree.WrittenMemory;
    }

    /// <summary>Path of an entry in the snapshot. Built only when asked for: in a deep tree each would be long.</summary>
    public RawName PathOf(RawName name)
    {
        RawName path = default;
        foreach (RawName part in PartsOf(name))
        {
            path = new RawName([.. path.Span, (byte)'/', .. part.Span]);
        }

        return path;
    }

    /// <summary>The names from the snapshot's root to an entry.</summary>
    public RawName[] PartsOf(RawName name)
    {
        List<RawName> parts = [name];
        for (DirectoryFrame? frame = this; frame?.Above is not null; frame = frame.Above)
        {
            parts.Add(frame.Name);
        }

        parts.Reverse();
        return [.. parts];
    }

    public void Dispose() => Handle?.Dispose();

    private void Write(Node? node)
    {
        if (node is not null)
        {
            _writer.Write(node);
        }
    }
}
