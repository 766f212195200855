using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Archives;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Collecting;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Volumes;
using BackupServer.Repository;
using BackupServer.Repository.Checking;
using BackupServer.Repository.ObjectStores;
using Microsoft.Extensions.Logging;

namespace BackupServer.Engine.Backups;

/// <summary>
/// One backup run, from request to report. Nothing exists before the manifests snapshot is written, everything does after it. A run may be
/// started again after its process was killed, with the same request: it finds the volumes' copies, or the finished backup.
/// </summary>
public sealed class BackupRunner(IClusterReader cluster, IVolumeCopier volumes, TimeProvider clock, ILogger<BackupRunner> logger)
{
    /// <summary>Runs a backup to its end.</summary>
    /// <param name="request">What to back up.</param>
    /// <param name="manifests">The repository at <see cref="LocationLayout.Manifests"/>, open, its shared lock held by the caller.</param>
    /// <param name="observer">Sees the run come along.</param>
    /// <param name="cancelRequested">The user wants it stopped: nothing is kept, and the report says <see cref="RunOutcome.Canceled"/>.</param>
    /// <param name="cancellationToken">The process must stop: the run is left as it is, for a successor.</param>
    /// <returns>The report; what cannot be backed up is in it, not an exception.</returns>
    /// <exception cref="OperationCanceledException">By <paramref name="cancellationToken"/> only.</exception>
    public async Task<BackupReport> RunAsync(
        BackupRequest request, Repository.Repository manifests, IRunObserver observer, CancellationToken cancelRequested, CancellationToken cancellationToken)
    {
        var journal = new RunJournal(clock, logger, $"backup {request.Name}");
        var progress = new ProgressCounter(observer);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelRequested, cancellationToken);
        try
        {
            return await FindCommittedAsync(request, manifests, either.Token)
                ?? await RunAsync(request, manifests, journal, progress, either.Token, cancellationToken);
        }
        catch (OperationCanceledException) when (cancelRequested.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            journal.Note("", "Stopped on request; nothing is kept.");
            return await EndWithoutSnapshotAsync(request, RunOutcome.Canceled, journal, progress, cancellationToken);
        }
        catch (Exception e) when (e is RepositoryException or ClusterException or IOException)
        {
            journal.Error("", $"The backup could not be finished and nothing is kept: {e.Message}");
            return await EndWithoutSnapshotAsync(request, RunOutcome.Failed, journal, progress, cancellationToken);
        }
    }

    // 1. Was it committed by a predecessor that could not report it?
    private static async Task<BackupReport?> FindCommittedAsync(BackupRequest request, Repository.Repository manifests, CancellationToken cancellationToken)
    {
        await manifests.LoadIndexAsync(cancellationToken);
        foreach (var snapshot in await manifests.ListSnapshotsAsync(cancellationToken))
        {
            if (snapshot.Tag(ArchiveLayout.BackupUidTag) == request.Uid)
            {
                var reader = await ManifestReader.OpenAsync(manifests, snapshot.Id.ToString(), cancellationToken);
                return await reader.ReadReportAsync(cancellationToken) with { SnapshotId = snapshot.Id.ToString() };
            }
        }

        return null;
    }

    private async Task<BackupReport> RunAsync(
        BackupRequest request,
        Repository.Repository manifests,
        RunJournal journal,
        ProgressCounter progress,
        CancellationToken cancellationToken,
        CancellationToken afterCommitBegan)
    {
        // 2. Collect objects.
        progress.Enter(RunStage.Objects);
        journal.Note("", $"Backup {request.Name} begins.");
        var catalog = await cluster.DiscoverAsync(cancellationToken);
        var scope = BackupScope.Of(request.Spec, request.OnlyNamespace, catalog);
        var actions = new ItemActionRunner(request.Actions, request.Name, request.ActionTimeout, clock, journal);
        using var collected = await new ResourceCollector(cluster, catalog, scope, request, actions, journal, progress).CollectAsync(cancellationToken);
        actions.Conclude();

        journal.Note("", $"Collected {progress.Current.TotalItems} objects of {scope.Types.Count} kinds that were listed, and what they refer to.");

        // 3. Plan the volumes, and have them copied while the objects are written.
        var plans = VolumePlanner.Plan(new VolumePlanInput
        {
            Pods = collected.Pods,
            OtherPods = collected.OtherPods,
            Claims = collected.Claims,
            Volumes = collected.Volumes,
            NodesWithAgent = await volumes.NodesWithAgentAsync(cancellationToken),
            OptOutMode = request.Spec.DefaultVolumesToFsBackup ?? request.DefaultVolumesToFsBackup,
        });
        if (progress.Current.TotalItems == 0)
        {
            journal.Error("", "The filters of the backup select nothing that exists, so it holds no object at all. See its namespaces, resources and label selectors.");
        }

        var proof = new RunProof();
        var copies = new VolumeCopies(volumes, request, journal, progress, proof, clock);
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var copying = copies.RunAsync(plans, collected.Volumes, together.Token);

        // 4. Write the objects.
        var snapshot = new Repository.Archiving.SnapshotBuilder(manifests);
        var writer = new ManifestWriter(snapshot);
        try
        {
            await writer.WriteObjectsAsync(collected.InOrder(), collected.Spool, _ => progress.Done(), cancellationToken);
            journal.Note("", $"Stored {progress.Current.ItemsDone} objects.");
            progress.Enter(RunStage.Volumes);
            await copying;
        }
        catch
        {
            // Nobody waits for copies of a run that ends here; awaiting them keeps their failures from going unseen.
            await together.CancelAsync();
            await Task.WhenAny(copying);
            throw;
        }

        // 5. Write results, verify, commit.
        progress.Enter(RunStage.Finalizing);
        var records = await copying;
        var report = ReportOf(request, journal, progress, records, copies, writer.Bytes) with { VolumesVerified = proof.CoversVolumes };
        journal.Note("", $"Backup {request.Name} is about to be committed: {report.Outcome}, {report.ItemsBackedUp} objects, {report.ErrorCount} errors.");
        await writer.WriteAsync(ArchiveLayout.Volumes, ToJson(records), cancellationToken);
        await writer.WriteAsync(ArchiveLayout.Results, ToJson(report), cancellationToken);
        await writer.WriteAsync(ArchiveLayout.Log, journal.LogLines(), cancellationToken);
        await writer.WriteAsync(ArchiveLayout.Backup, request.RenderBackup(report), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        // From here a wish to cancel comes too late: a committed snapshot and a report that denies it must not both be.
        var verifier = new SnapshotVerifier(manifests, RunProof.DepthOf(report.Verified!.Value), Random.Shared);
        var read = "";
        var built = await snapshot.CommitAsync(
            HeaderOf(request, report), async (made, token) => read = proof.Words(await verifier.VerifyAsync(made, token)), afterCommitBegan);
        return report with
        {
            SnapshotId = built.SnapshotId.ToString(),
            Proof = read,
            Size = new StoredSize { Raw = report.Size.Raw, Added = report.Size.Added + built.AddedBytes, Stored = report.Size.Stored + built.StoredBytes },
        };
    }

    private BackupReport ReportOf(
        BackupRequest request, RunJournal journal, ProgressCounter progress, IReadOnlyList<VolumeRecord> records, VolumeCopies copies, long objectBytes)
    {
        var unprotected = journal.Unprotected;
        var copied = records.Where(record => record.HasData).ToList();
        return new BackupReport
        {
            Outcome = journal.HasErrors ? RunOutcome.PartiallyFailed : RunOutcome.Completed,
            Errors = journal.Errors,
            Warnings = journal.Warnings,
            ErrorCount = journal.ErrorCount,
            WarningCount = journal.WarningCount,
            TotalItems = progress.Current.TotalItems,
            ItemsBackedUp = progress.Current.ItemsDone,
            Size = new StoredSize { Raw = objectBytes + copied.Sum(record => record.Bytes), Added = copies.BytesAdded, Stored = copies.BytesStored },
            Coverage = new BackupCoverage
            {
                Protected = progress.Current.ItemsDone + copied.Count,
                Unprotected = journal.UnprotectedCount,
                UnprotectedItems = unprotected.Count > 0 ? [.. unprotected.Select(message => message.ToString())] : null,
            },
            Volumes = [.. records.Select(record => record.ToSummary())],
            Verified = request.Spec.Verification ?? VerificationMode.Sample,
            StartedAt = request.StartedAt,
            CompletedAt = clock.GetUtcNow(),
        };
    }

    private async Task<BackupReport> EndWithoutSnapshotAsync(
        BackupRequest request, RunOutcome outcome, RunJournal journal, ProgressCounter progress, CancellationToken cancellationToken)
    {
        try
        {
            await volumes.StopAsync(request.Uid, null, cancellationToken);
        }
        catch (ClusterException e)
        {
            journal.Warn("", $"Copies of volumes could not be stopped; what they made is not part of any backup and is collected later: {e.Message}");
        }

        journal.Note("", $"Backup {request.Name} ends: {outcome}; {journal.ErrorCount} errors.");
        return new BackupReport
        {
            Outcome = outcome,
            Log = journal.LogLines(),
            Errors = journal.Errors,
            Warnings = journal.Warnings,
            ErrorCount = journal.ErrorCount,
            WarningCount = journal.WarningCount,
            TotalItems = progress.Current.TotalItems,
            StartedAt = request.StartedAt,
            CompletedAt = clock.GetUtcNow(),
        };
    }

    private static Repository.Archiving.SnapshotHeader HeaderOf(BackupRequest request, BackupReport report)
    {
        List<string> tags =
        [
            $"{ArchiveLayout.BackupTag}={request.Name}",
            $"{ArchiveLayout.BackupUidTag}={request.Uid}",
            $"{ArchiveLayout.ClusterTag}={request.ClusterUid}",
            $"{ArchiveLayout.PhaseTag}={report.Outcome}",
            $"{ArchiveLayout.FormatTag}={ArchiveLayout.Format}",
        ];
        if (request.Schedule is { } schedule)
        {
            tags.Insert(2, $"{ArchiveLayout.ScheduleTag}={schedule}");
        }

        return new Repository.Archiving.SnapshotHeader
        {
            HostName = request.ClusterName,
            Paths = [$"/{request.Name}"],
            Tags = tags,
            Time = request.StartedAt,
        };
    }

    private static byte[] ToJson<T>(T value) =>
        System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(value, Abstractions.Objects.KubernetesJson.Options);
}
