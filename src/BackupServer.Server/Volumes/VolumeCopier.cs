using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.VolumeBackups;
using BackupServer.Abstractions.Resources.VolumeRestores;
using BackupServer.Engine.Volumes;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Repository;
using BackupServer.Server.Locations;

namespace BackupServer.Server.Volumes;

/// <summary>
/// Has volumes copied by agents: each copy is a VolumeBackup or VolumeRestore object whose name follows from the run and the volume, so a
/// server that takes over a run finds the units its predecessor asked for.
/// </summary>
internal sealed class VolumeCopier(
    KubernetesClient client, ServerOptions options, AgentNodes nodes, BackupRepositories repositories,
    WorkTracker<VolumeBackup> backups, WorkTracker<VolumeRestore> restores, VolumeWorkCleaner cleaner) : IVolumeCopier
{
    private const string FileCopy = "FileCopy";

    /// <inheritdoc/>
    public Task<IReadOnlySet<string>> NodesWithAgentAsync(CancellationToken cancellationToken) => nodes.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<VolumeBackupOutcome> BackupAsync(VolumeBackupWork work, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            _ = await repositories.EnsureAsync(work.StorageLocation, work.RepositoryPath, cancellationToken);
        }
        catch (Exception e) when (e is LocationException or RepositoryException or ObjectStoreException)
        {
            return new VolumeBackupOutcome { Failure = e.Message };
        }

        var name = await CreateAsync(ToResource(work), cancellationToken);
        return await UnlessGoneAsync(work.Node, waiting => EndOfBackupAsync(name, progress, waiting), cancellationToken)
            ?? new VolumeBackupOutcome { Failure = await GivenUpAsync(work.RunUid, work.Key, work.Node, cancellationToken) };
    }

    /// <inheritdoc/>
    public async Task<VolumeRestoreOutcome> RestoreAsync(VolumeRestoreWork work, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        var name = await CreateAsync(ToResource(work), cancellationToken);
        return await UnlessGoneAsync(work.Node, waiting => EndOfRestoreAsync(name, progress, waiting), cancellationToken)
            ?? new VolumeRestoreOutcome { Failure = await GivenUpAsync(work.RunUid, work.Key, work.Node, cancellationToken) };
    }

    /// <inheritdoc/>
    public Task StopAsync(string runUid, string? key, CancellationToken cancellationToken) => cleaner.StopAsync(runUid, key, cancellationToken);

    /// <summary>Waits for the end of a unit; null when the agent that should do it is gone.</summary>
    private async Task<T?> UnlessGoneAsync<T>(string node, Func<CancellationToken, Task<T>> wait, CancellationToken cancellationToken)
        where T : class
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var end = wait(waiting.Token);
        var gone = nodes.WaitUntilGoneAsync(node, waiting.Token);
        var first = await Task.WhenAny(end, gone);
        await waiting.CancelAsync();
        await Task.WhenAll(end, gone).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (first == gone)
        {
            await gone;
        }

        return end.IsCompletedSuccessfully || first == end ? await end : null;
    }

    /// <summary>Takes the unit away, so that an agent that comes back later does not begin it, and says what happened.</summary>
    private async Task<string> GivenUpAsync(string runUid, string key, string node, CancellationToken cancellationToken)
    {
        await cleaner.StopAsync(runUid, key, cancellationToken);
        return $"the agent of node {node} has given no sign of life for {Agents.MissingAfter.TotalMinutes:0} minutes (Lease {options.Namespace}/{Agents.LeaseName(node)}): "
            + $"see whether the node is ready (kubectl get node {node}) and the agent's pod there runs, then try again";
    }

    private async Task<VolumeBackupOutcome> EndOfBackupAsync(ObjectName name, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        await foreach (var unit in backups.FollowAsync(name, cancellationToken))
        {
            if (unit is null)
            {
                return new VolumeBackupOutcome { Failure = $"VolumeBackup {name} was deleted before it ended" };
            }

            Report(unit.Status?.Progress, progress);
            if (IsFinal(unit.Status?.Phase))
            {
                return ToOutcome(unit);
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    private async Task<VolumeRestoreOutcome> EndOfRestoreAsync(ObjectName name, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        await foreach (var unit in restores.FollowAsync(name, cancellationToken))
        {
            if (unit is null)
            {
                return new VolumeRestoreOutcome { Failure = $"VolumeRestore {name} was deleted before it ended" };
            }

            Report(unit.Status?.Progress, progress);
            if (IsFinal(unit.Status?.Phase))
            {
                return ToOutcome(unit);
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    private static bool IsFinal(VolumeWorkPhase? phase) => phase is VolumeWorkPhase.Completed or VolumeWorkPhase.Failed or VolumeWorkPhase.Canceled;

    private static void Report(DataProgress? done, IProgress<VolumeProgress> progress)
    {
        if (done is not null)
        {
            progress.Report(new VolumeProgress(done.FilesDone, done.BytesDone, done.TotalBytes));
        }
    }

    private static VolumeBackupOutcome ToOutcome(VolumeBackup unit) => new()
    {
        SnapshotId = unit.Status!.Phase == VolumeWorkPhase.Completed ? unit.Status.SnapshotId : null,
        Failure = unit.Status.Phase == VolumeWorkPhase.Completed ? null : unit.Status.Message ?? $"VolumeBackup {unit.Metadata.Name} is {unit.Status.Phase}",
        Problems = unit.Status.Messages ?? [],
        ProblemCount = unit.Status.Errors,
        Verification = unit.Status.Verification,
        Files = unit.Status.Files,
        Bytes = unit.Status.Size?.Raw ?? 0,
        BytesAdded = unit.Status.Size?.Added ?? 0,
        BytesStored = unit.Status.Size?.Stored ?? 0,
    };

    private static VolumeRestoreOutcome ToOutcome(VolumeRestore unit) => new()
    {
        Failure = unit.Status!.Phase == VolumeWorkPhase.Completed ? null : unit.Status.Message ?? $"VolumeRestore {unit.Metadata.Name} is {unit.Status.Phase}",
        Problems = unit.Status.Messages ?? [],
        ProblemCount = unit.Status.Errors,
        Files = unit.Status.Progress?.FilesDone ?? 0,
        Bytes = unit.Status.Progress?.BytesDone ?? 0,
    };

    private VolumeBackup ToResource(VolumeBackupWork work) => new()
    {
        Metadata = Metadata(work.RunName, work.RunUid, work.Key, work.Node, Labels.BackupName, Labels.BackupUid),
        Spec = new VolumeBackupSpec
        {
            Node = work.Node,
            Pod = new PodReference { Namespace = work.Namespace, Name = work.Pod, Uid = work.PodUid },
            PodVolume = work.PodVolume,
            Claim = work.Claim,
            Volume = work.Volume,
            StorageLocation = work.StorageLocation,
            RepositoryPath = work.RepositoryPath,
            DataMover = FileCopy,
            Verification = work.Verification,
            Tags = new Dictionary<string, string>(work.Tags),
        },
    };

    private VolumeRestore ToResource(VolumeRestoreWork work) => new()
    {
        Metadata = Metadata(work.RunName, work.RunUid, work.Key, work.Node, Labels.RestoreName, Labels.RestoreUid),
        Spec = new VolumeRestoreSpec
        {
            Node = work.Node,
            Pod = new PodReference { Namespace = work.Namespace, Name = work.Pod, Uid = work.PodUid },
            PodVolume = work.PodVolume,
            Claim = work.Claim,
            Volume = work.Volume,
            StorageLocation = work.StorageLocation,
            RepositoryPath = work.RepositoryPath,
            SnapshotId = work.SnapshotId,
            DataMover = FileCopy,
        },
    };

    private ObjectMeta Metadata(string runName, string runUid, string key, string node, string nameLabel, string uidLabel) => new()
    {
        Name = VolumeWorkNames.Of(runName, runUid, key),
        Namespace = options.Namespace,
        Labels = new Dictionary<string, string>
        {
            [nameLabel] = ShortLabel.Of(runName),
            [uidLabel] = runUid,
            [Agents.WorkNodeLabel] = ShortLabel.Of(node),
        },
    };

    private async Task<ObjectName> CreateAsync<T>(T unit, CancellationToken cancellationToken)
        where T : class, ICustomResource
    {
        try
        {
            _ = await client.CreateAsync(unit, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            // The run was begun by a server that is gone; its unit is ours.
        }

        return new ObjectName(options.Namespace, unit.Metadata.Name);
    }
}
