using BackupServer.Abstractions.Plugins.DataMovers;

namespace BackupServer.PluginHost.DataMovers;

/// <summary>Turns everything that a data mover does against its contract into a <see cref="DataMoverException"/> that names the plugin.</summary>
internal sealed class GuardedDataMover(IDataMover inner, string name, string plugin) : IDataMover
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public async Task<VolumeBackupResult> BackupAsync(VolumeBackupJob job, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        var result = await GuardAsync("copy", job.SourcePath, () => inner.BackupAsync(job, progress, cancellationToken), cancellationToken);
        return string.IsNullOrEmpty(result.SnapshotId) || result.Problems is null ? throw Broken("copy", job.SourcePath, "its result names no snapshot") : result;
    }

    /// <inheritdoc/>
    public async Task<VolumeRestoreResult> RestoreAsync(VolumeRestoreJob job, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        var result = await GuardAsync("restore", job.TargetPath, () => inner.RestoreAsync(job, progress, cancellationToken), cancellationToken);
        return result.Problems is null ? throw Broken("restore", job.TargetPath, "its list of problems is null") : result;
    }

    private async Task<T> GuardAsync<T>(string operation, string path, Func<Task<T>> work, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            // A mover that works without awaiting must not hold up the agent's other volumes.
            return await Task.Run(work, cancellationToken) ?? throw Broken(operation, path, "it returned null");
        }
        catch (Exception e) when (e is not DataMoverException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw Broken(operation, path, $"it threw {e.GetType().Name}: {e.Message}", e);
        }
    }

    private DataMoverException Broken(string operation, string path, string what, Exception? cause = null) =>
        new($"cannot {operation} {path}: the data mover {Name} of the plugin {plugin} broke its contract: {what}", cause);
}
