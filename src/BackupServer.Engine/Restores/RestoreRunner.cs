using BackupServer.Engine.Archives;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Restores.Data;
using BackupServer.Engine.Restores.Planning;
using BackupServer.Engine.Restores.Stages;
using BackupServer.Engine.Volumes;
using BackupServer.Repository;
using BackupServer.Repository.ObjectStores;
using Microsoft.Extensions.Logging;

namespace BackupServer.Engine.Restores;

/// <summary>
/// One restore run, from request to report. A run may be started again after its process was killed, with the same request: objects that it
/// made carry its uid and count as made, volumes that were written are not written again.
/// </summary>
public sealed class RestoreRunner(IClusterReader reader, IClusterWriter writer, IVolumeCopier volumes, TimeProvider clock, ILogger<RestoreRunner> logger)
{
    /// <summary>Runs a restore to its end.</summary>
    /// <param name="request">What to restore.</param>
    /// <param name="manifests">The repository at <see cref="LocationLayout.Manifests"/>, open.</param>
    /// <param name="observer">Sees the run come along.</param>
    /// <param name="cancelRequested">The user wants it stopped: what was restored stays, helpers are removed.</param>
    /// <param name="cancellationToken">The process must stop: the run is left as it is, for a successor.</param>
    /// <returns>The report; what cannot be restored is in it, not an exception.</returns>
    /// <exception cref="OperationCanceledException">By <paramref name="cancellationToken"/> only.</exception>
    public async Task<RestoreReport> RunAsync(
        RestoreRequest request, Repository.Repository manifests, IRunObserver observer, CancellationToken cancelRequested, CancellationToken cancellationToken)
    {
        var journal = new RunJournal(clock, logger, $"restore {request.Name}");
        var progress = new ProgressCounter(observer);
        var state = new RestoreState(request, new RestorePlan(), journal, progress);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelRequested, cancellationToken);
        try
        {
            // 1. Read the backup and plan.
            journal.Note("", $"Restore {request.Name} of backup {request.BackupName} (snapshot {request.SnapshotId}) begins.");
            progress.Enter(RunStage.Objects);
            await manifests.LoadIndexAsync(either.Token);
            var backup = await ManifestReader.OpenAsync(manifests, request.SnapshotId, either.Token);
            var catalog = await reader.DiscoverAsync(either.Token);
            var plan = await PlanAsync(request, backup, catalog, either.Token);
            state = new RestoreState(request, plan, journal, progress) { Catalog = catalog };
            Announce(plan, journal);
            if (plan.Refusals.Count > 0 || request.Spec.DryRun == true)
            {
                return ReportOf(state, plan.Refusals.Count > 0 ? RunOutcome.Failed : RunOutcome.Completed) with { PlanLines = plan.ToLines(), Refusals = plan.Refusals };
            }

            // 2. Execute it wave by wave, and 3. see the workloads become ready.
            progress.Found(plan.Items.Count);
            await ExecuteAsync(state, backup, either.Token);
            state.Patience.Conclude("restored");
            progress.Enter(RunStage.Finalizing);
            journal.Note("", "Everything is applied; now the workloads are waited for.");
            var (ready, notReady) = await new ReadyStage(state, reader, clock).RunAsync(either.Token);
            return ReportOf(state, OutcomeOf(state)) with { Ready = ready, NotReady = notReady };
        }
        catch (OperationCanceledException) when (cancelRequested.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await StopAsync(state, cancellationToken);
            journal.Note("", "Stopped on request; what was restored stays.");
            return ReportOf(state, RunOutcome.Canceled);
        }
        catch (Exception e) when (e is RepositoryException or ClusterException or IOException)
        {
            await StopAsync(state, cancellationToken);
            journal.Error("", $"The restore could not be finished: {e.Message}");
            return ReportOf(state, OutcomeOf(state));
        }
    }

    private async Task<RestorePlan> PlanAsync(RestoreRequest request, ManifestReader backup, ApiCatalog catalog, CancellationToken cancellationToken)
    {
        var lines = new List<IndexLine>();
        await foreach (var line in backup.ReadIndexAsync(cancellationToken))
        {
            lines.Add(line);
        }

        var items = new List<StoredItem>(lines.Count);
        await foreach (var (line, stored) in backup.ReadObjectsAsync(lines, cancellationToken))
        {
            items.Add(StoredItems.Read(line, stored));
        }

        var plan = RestorePlanner.Plan(new RestorePlanInput
        {
            Spec = request.Spec,
            OnlyNamespace = request.OnlyNamespace,
            Catalog = catalog,
            Items = items,
            Volumes = await backup.ReadVolumesAsync(cancellationToken),
        });
        var missing = await MappedClasses.RefusalsAsync(plan, request.Spec.StorageClassMapping, catalog, reader, cancellationToken);
        return plan with { Refusals = [.. plan.Refusals, .. missing] };
    }

    private static void Announce(RestorePlan plan, RunJournal journal)
    {
        foreach (var line in plan.ToLines())
        {
            journal.Note("", line);
        }

        foreach (var error in plan.Refusals.Concat(plan.Errors))
        {
            journal.Error(error.About, error.Text);
        }

        foreach (var warning in plan.Warnings)
        {
            journal.Warn(warning.About, warning.Text);
        }
    }

    private async Task ExecuteAsync(RestoreState state, ManifestReader backup, CancellationToken cancellationToken)
    {
        var items = state.Plan.Items.ToLookup(item => item.Wave);
        var restorer = new ItemRestorer(state, reader, writer, clock);
        var namespaces = new NamespaceWave(state, reader, writer, clock);
        foreach (var wave in Enum.GetValues<RestoreWave>())
        {
            if (wave == RestoreWave.Namespaces)
            {
                await namespaces.WaitForDeletionsAsync(cancellationToken);
            }

            if (wave == RestoreWave.VolumeData)
            {
                state.Progress.Enter(RunStage.Volumes);
                await new VolumeDataWave(state, reader, writer, volumes, clock).RunAsync(cancellationToken);
                continue;
            }

            await RestoreWaveAsync(state, restorer, backup, [.. items[wave]], cancellationToken);
            if (wave == RestoreWave.Definitions)
            {
                await new DefinitionWave(state, reader, clock).WaitUntilServedAsync(cancellationToken);
            }
            else if (wave == RestoreWave.Namespaces)
            {
                await namespaces.MakeBlankAsync(cancellationToken);
            }
        }

        await new OwnerLinks(state, writer).CompleteAsync(cancellationToken);
    }

    private static async Task RestoreWaveAsync(
        RestoreState state, ItemRestorer restorer, ManifestReader backup, List<PlannedItem> items, CancellationToken cancellationToken)
    {
        var byLine = items.ToDictionary(item => item.Line);
        await Parallel.ForEachAsync(
            backup.ReadObjectsAsync(items.Select(item => item.Line), cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = state.Request.ParallelItems, CancellationToken = cancellationToken },
            async (read, token) => await restorer.RunAsync(byLine[read.Line], read.Object, token));
    }

    private async Task StopAsync(RestoreState state, CancellationToken cancellationToken)
    {
        if (state.Plan.Volumes.Count == 0)
        {
            return;
        }

        try
        {
            await volumes.StopAsync(state.Request.Uid, null, cancellationToken);
            await new VolumeDataWave(state, reader, writer, volumes, clock).CleanUpAsync(cancellationToken);
        }
        catch (ClusterException e)
        {
            state.Journal.Warn("", $"The work on volumes could not be stopped; pods named volume-restore-… may be left: {e.Message}");
        }
    }

    private static RunOutcome OutcomeOf(RestoreState state) =>
        !state.Journal.HasErrors ? RunOutcome.Completed
        : state.Count(ItemOutcome.Created) + state.Count(ItemOutcome.Updated) + state.Count(ItemOutcome.Skipped) > 0 ? RunOutcome.PartiallyFailed
        : RunOutcome.Failed;

    private RestoreReport ReportOf(RestoreState state, RunOutcome outcome)
    {
        state.Journal.Note(
            "",
            $"Restore {state.Request.Name} ends: {outcome}; {state.Count(ItemOutcome.Created)} objects made, {state.Count(ItemOutcome.Updated)} updated, " +
            $"{state.Count(ItemOutcome.Skipped)} left as they were, {state.Count(ItemOutcome.Failed)} failed; {state.Volumes} volumes written.");
        return new RestoreReport
        {
            Outcome = outcome,
            Errors = state.Journal.Errors,
            Warnings = state.Journal.Warnings,
            ErrorCount = state.Journal.ErrorCount,
            WarningCount = state.Journal.WarningCount,
            TotalItems = state.Plan.Items.Count,
            ItemsDone = state.Progress.Current.ItemsDone,
            Created = state.Count(ItemOutcome.Created),
            Updated = state.Count(ItemOutcome.Updated),
            Skipped = state.Count(ItemOutcome.Skipped),
            Failed = state.Count(ItemOutcome.Failed),
            VolumesRestored = state.Volumes,
            BytesRestored = state.Bytes,
            StartedAt = state.Request.StartedAt,
            CompletedAt = clock.GetUtcNow(),
            Log = state.Journal.LogLines(),
        };
    }
}
