using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Archives;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Volumes;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Engine.Backups;

/// <summary>Has the planned volumes copied, all at the same time (agents bound their own work), and says what became of each.</summary>
internal sealed class VolumeCopies(IVolumeCopier copier, BackupRequest request, RunJournal journal, ProgressCounter progress, RunProof proof, TimeProvider clock)
{
    private long _added;
    private long _stored;

    /// <summary>Bytes that were new to the repositories, before compression.</summary>
    public long BytesAdded => Interlocked.Read(ref _added);

    /// <summary>Bytes that were written for them.</summary>
    public long BytesStored => Interlocked.Read(ref _stored);

    /// <summary>The records in the order of the plans.</summary>
    public async Task<IReadOnlyList<VolumeRecord>> RunAsync(
        IReadOnlyList<VolumePlan> plans, IReadOnlyDictionary<string, PersistentVolumeFacts> volumes, CancellationToken cancellationToken)
    {
        // One word about all of them: clusters have hundreds.
        var scratch = plans.Where(plan => plan.Reason == VolumeReason.Scratch).ToList();
        if (scratch.Count > 0)
        {
            journal.Warn("", $"{scratch.Count} volumes that go with their pods (emptyDir and the like) are not in the backup, first {scratch[0].Key}: {scratch[0].Explanation}.");
        }

        return await Task.WhenAll(plans.Select(plan => RunAsync(plan, volumes, cancellationToken)));
    }

    private async Task<VolumeRecord> RunAsync(
        VolumePlan plan, IReadOnlyDictionary<string, PersistentVolumeFacts> volumes, CancellationToken cancellationToken)
    {
        var facts = plan.Volume is null ? null : volumes.GetValueOrDefault(plan.Volume);
        var record = new VolumeRecord
        {
            Namespace = plan.Namespace,
            Claim = plan.Claim,
            Pod = plan.Pod,
            PodVolume = plan.PodVolume,
            Volume = plan.Volume,
            Method = plan.Method,
            Reason = plan.Reason,
            Explanation = plan.Explanation.Length > 0 ? plan.Explanation : null,
            ReclaimPolicy = facts?.ReclaimPolicy,
            Capacity = facts?.Capacity > 0 ? facts.Capacity : null,
        };
        if (plan.Method == VolumeMethod.FileCopy)
        {
            return await CopyAsync(plan, record, cancellationToken);
        }

        if (plan.IsLoss)
        {
            journal.Loss(record.About, $"Its data is not in the backup: {plan.Explanation}.");
        }
        else if (plan.IsSpared)
        {
            Spare(plan, record);
        }
        else
        {
            journal.Note(record.About, $"Not copied: {plan.Explanation}.");
        }

        return record;
    }

    private void Spare(VolumePlan plan, VolumeRecord record)
    {
        var text = $"Its data is not in the backup: {plan.Explanation}.";
        journal.Spare(record.About, text);
        if (plan.Claim is not null)
        {
            journal.Warn(record.About, text);
        }
    }

    private async Task<VolumeRecord> CopyAsync(VolumePlan plan, VolumeRecord record, CancellationToken cancellationToken)
    {
        var work = WorkOf(plan);
        var timeout = request.Spec.ItemOperationTimeout ?? TimeSpan.FromHours(4);
        journal.Note(record.About, $"Its files are copied on node {plan.Node}, through pod {plan.Namespace}/{plan.Pod}.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        VolumeBackupOutcome outcome;
        try
        {
            outcome = await copier.BackupAsync(work, progress.ForVolume(plan.Key), patience.Token).WaitAsync(timeout, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            await patience.CancelAsync();
            await copier.StopAsync(request.Uid, plan.Key, cancellationToken);
            outcome = new VolumeBackupOutcome { Failure = $"the copy was not done within {timeout}; raise itemOperationTimeout if the volume is that large" };
        }

        if (outcome.SnapshotId is null)
        {
            var failure = outcome.Failure ?? "the copy ended without a snapshot";
            proof.AddLost(plan.Key);
            journal.Loss(record.About, $"Its data is not in the backup: {failure.TrimEnd('.')}.");
            return record with { Explanation = failure };
        }

        foreach (var problem in outcome.Problems)
        {
            journal.Loss(record.About, problem);
        }

        if (outcome.ProblemCount > outcome.Problems.Count)
        {
            journal.Error(record.About, $"{outcome.ProblemCount - outcome.Problems.Count} more files could not be read whole.");
        }

        journal.Note(record.About, $"Copied into snapshot {outcome.SnapshotId}: {outcome.Files} files, {outcome.Bytes} bytes, of which {outcome.BytesAdded} are new.");
        if (plan.Claim is null)
        {
            journal.Warn(record.About, $"Its files are in the backup and can be taken out of snapshot {outcome.SnapshotId} with backupctl or restic, but a restore does not write them back: the volume is on no claim.");
        }

        proof.AddVolume(plan.Key, outcome.Verification);
        Interlocked.Add(ref _added, outcome.BytesAdded);
        Interlocked.Add(ref _stored, outcome.BytesStored);
        return record with
        {
            SnapshotId = outcome.SnapshotId,
            Repository = work.RepositoryPath,
            Files = outcome.Files,
            Bytes = outcome.Bytes,
            Explanation = outcome.ProblemCount > 0 ? $"{outcome.ProblemCount} files could not be read whole" : null,
        };
    }

    private VolumeBackupWork WorkOf(VolumePlan plan)
    {
        var tags = new Dictionary<string, string>
        {
            [ArchiveLayout.BackupTag] = request.Name,
            [ArchiveLayout.BackupUidTag] = request.Uid,
            [ArchiveLayout.ClusterTag] = request.ClusterUid,
            [ArchiveLayout.FormatTag] = ArchiveLayout.Format,
            ["volume"] = plan.Key,
        };
        if (request.Schedule is { } schedule)
        {
            tags[ArchiveLayout.ScheduleTag] = schedule;
        }

        return new VolumeBackupWork
        {
            RunUid = request.Uid,
            RunName = request.Name,
            Key = plan.Key,
            Node = plan.Node,
            Namespace = plan.Namespace,
            Pod = plan.Pod!,
            PodUid = plan.PodUid,
            PodVolume = plan.PodVolume!,
            Claim = plan.Claim,
            Volume = plan.Volume,
            StorageLocation = request.StorageLocation,
            RepositoryPath = LocationLayout.Volumes(plan.Namespace),
            Verification = request.Spec.Verification ?? VerificationMode.Sample,
            Tags = tags,
        };
    }
}
