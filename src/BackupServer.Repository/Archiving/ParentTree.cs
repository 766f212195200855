using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>
/// One directory of the parent snapshot, read alongside the walk of the same directory on the disk: both are in the order of names, so no lookup table is needed.
/// A tree that another program left unsorted only costs reading files again.
/// </summary>
internal sealed class ParentTree(ReadOnlyMemory<byte> tree)
{
    private readonly TreeReader _reader = new(tree);
    private Node? _current;
    private bool _ended;

    /// <summary>The parent's node, or null. Names must come in increasing order.</summary>
    public Node? Find(RawName name)
    {
        while (!_ended && (_current is null || _current.Name < name))
        {
            try
            {
                _current = _reader.Read();
            }
            catch (TreeFormatException)
            {
                // A damaged parent must not stop a new backup; without it the rest counts as new.
                _current = null;
            }

            _ended = _current is null;
        }

        return _current?.Name == name ? _current : null;
    }
}
