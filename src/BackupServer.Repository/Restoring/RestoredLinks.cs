using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Restoring;

/// <summary>
/// Files of the snapshot that have several names: the first name is restored, the others are linked to it. Also knows which files of the target were written
/// for one of them, because names that are linked in the target need not be linked in the snapshot.
/// </summary>
internal sealed class RestoredLinks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(ulong Device, ulong Inode), Task<RestoredLink?>> _links = [];
    private readonly HashSet<(ulong Device, ulong Inode)> _taken = [];

    /// <summary>The first name of the node's file: a task to wait for, or null and the completion that the caller must set.</summary>
    public (Task<RestoredLink?>? First, TaskCompletionSource<RestoredLink?>? Mine) Claim(Node node)
    {
        lock (_gate)
        {
            if (_links.TryGetValue((node.DeviceId, node.Inode), out Task<RestoredLink?>? first))
            {
                return (first, null);
            }

            TaskCompletionSource<RestoredLink?> mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _links.Add((node.DeviceId, node.Inode), mine.Task);
            return (null, mine);
        }
    }

    /// <summary>Takes a file of the target for one file of the snapshot; false when another has it.</summary>
    public bool TryTake(FileStatus existing)
    {
        lock (_gate)
        {
            return _taken.Add((existing.DeviceId, existing.Inode));
        }
    }
}
