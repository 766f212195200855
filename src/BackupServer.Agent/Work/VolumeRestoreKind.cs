using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.VolumeRestores;
using BackupServer.Agent.Volumes;
using BackupServer.PluginHost;

namespace BackupServer.Agent.Work;

/// <summary>Writes volumes.</summary>
internal sealed class VolumeRestoreKind(WorkTargets targets, PluginCatalog plugins, VolumeDirectories volumes, TimeProvider time) : IWorkKind<VolumeRestore>
{
    private const int MostMessages = 10;

    /// <inheritdoc/>
    public VolumeWorkPhase PhaseOf(VolumeRestore unit) => unit.Status?.Phase ?? VolumeWorkPhase.New;

    /// <inheritdoc/>
    public bool IsCancelled(VolumeRestore unit) => unit.Spec.Cancel == true;

    /// <inheritdoc/>
    public async Task<object> DoAsync(VolumeRestore unit, DateTimeOffset started, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        var spec = unit.Spec;
        var target = volumes.Find(spec.Pod, spec.PodVolume, spec.Volume);
        await using var source = await targets.OpenAsync(spec.StorageLocation, spec.RepositoryPath, cancellationToken);
        var job = new VolumeRestoreJob { TargetPath = target, Repository = source.Access, SnapshotId = spec.SnapshotId };
        var result = await plugins.DataMover(spec.DataMover).RestoreAsync(job, progress, cancellationToken);
        return new VolumeRestoreStatus
        {
            Phase = VolumeWorkPhase.Completed,
            Progress = new DataProgress { TotalBytes = result.Bytes, BytesDone = result.Bytes, FilesDone = result.Files },
            Errors = result.Problems.Count,
            Messages = [.. result.Problems.Take(MostMessages)],
            StartTimestamp = started,
            CompletionTimestamp = time.GetUtcNow(),
        };
    }

    /// <inheritdoc/>
    public object InProgress(VolumeRestore unit, DateTimeOffset started, VolumeProgress progress) => new VolumeRestoreStatus
    {
        Phase = VolumeWorkPhase.InProgress,
        StartTimestamp = started,
        Progress = new DataProgress { TotalBytes = progress.TotalBytes, BytesDone = progress.BytesDone, FilesDone = progress.FilesDone },
    };

    /// <inheritdoc/>
    public object Ended(VolumeWorkPhase phase, DateTimeOffset? started, string message) =>
        new VolumeRestoreStatus { Phase = phase, Message = message, StartTimestamp = started, CompletionTimestamp = time.GetUtcNow() };
}
