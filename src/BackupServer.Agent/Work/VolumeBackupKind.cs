using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.VolumeBackups;
using BackupServer.Agent.Volumes;
using BackupServer.PluginHost;

namespace BackupServer.Agent.Work;

/// <summary>Copies volumes.</summary>
internal sealed class VolumeBackupKind(WorkTargets targets, PluginCatalog plugins, VolumeDirectories volumes, AgentOptions options, TimeProvider time) : IWorkKind<VolumeBackup>
{
    private const int MostMessages = 10;

    /// <inheritdoc/>
    public VolumeWorkPhase PhaseOf(VolumeBackup unit) => unit.Status?.Phase ?? VolumeWorkPhase.New;

    /// <inheritdoc/>
    public bool IsCancelled(VolumeBackup unit) => unit.Spec.Cancel == true;

    /// <inheritdoc/>
    public async Task<object> DoAsync(VolumeBackup unit, DateTimeOffset started, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        var spec = unit.Spec;
        var source = volumes.Find(spec.Pod, spec.PodVolume, spec.Volume);
        await using var target = await targets.OpenAsync(spec.StorageLocation, spec.RepositoryPath, cancellationToken);
        var jobTag = Agents.JobTag(unit.Metadata.Uid!);
        var job = new VolumeBackupJob
        {
            SourcePath = source,
            Repository = target.Access,
            Identity = $"/{spec.Pod.Namespace}/{spec.Claim ?? $"{spec.Pod.Name}/{spec.PodVolume}"}",
            Hostname = options.ClusterName,
            Tags = [.. (spec.Tags ?? []).Select(t => $"{t.Key}={t.Value}").Order(StringComparer.Ordinal), jobTag],
            JobTag = jobTag,
            Verification = spec.Verification ?? VerificationMode.Sample,
        };
        var result = await plugins.DataMover(spec.DataMover).BackupAsync(job, progress, cancellationToken);
        return new VolumeBackupStatus
        {
            Phase = VolumeWorkPhase.Completed,
            SnapshotId = result.SnapshotId,
            Progress = new DataProgress { TotalBytes = result.Bytes, BytesDone = result.Bytes, FilesDone = result.Files },
            Size = new StoredSize { Raw = result.Bytes, Added = result.BytesAdded, Stored = result.BytesStored },
            Files = result.Files,
            Verification = result.Verification,
            Errors = result.Problems.Count,
            Messages = [.. result.Problems.Take(MostMessages)],
            StartTimestamp = started,
            CompletionTimestamp = time.GetUtcNow(),
        };
    }

    /// <inheritdoc/>
    public object InProgress(VolumeBackup unit, DateTimeOffset started, VolumeProgress progress) => new VolumeBackupStatus
    {
        Phase = VolumeWorkPhase.InProgress,
        StartTimestamp = started,
        Progress = new DataProgress { TotalBytes = progress.TotalBytes, BytesDone = progress.BytesDone, FilesDone = progress.FilesDone },
    };

    /// <inheritdoc/>
    public object Ended(VolumeWorkPhase phase, DateTimeOffset? started, string message) =>
        new VolumeBackupStatus { Phase = phase, Message = message, StartTimestamp = started, CompletionTimestamp = time.GetUtcNow() };
}
