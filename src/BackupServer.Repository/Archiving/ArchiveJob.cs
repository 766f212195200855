using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Archiving;

/// <summary>One entry that waits for a worker.</summary>
internal sealed class ArchiveJob(DirectoryFrame directory, RawName name, Node? parent)
{
    private readonly TaskCompletionSource<Node?> _node = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The entry's node, or null when the snapshot does not get it.</summary>
    public Task<Node?> Node => _node.Task;

    /// <summary>Does the work; its failure is that of <see cref="Node"/>.</summary>
    public async Task RunAsync(FileArchiver files, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _node.SetResult(await files.ArchiveAsync(directory, name, parent, cancellationToken));
        }
        catch (Exception error)
        {
            _node.SetException(error);
        }
    }
}
