using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Kubernetes.Lists;
using BackupServer.Kubernetes.Writes;
using BackupServer.Quickstart.Clusters;

namespace BackupServer.Quickstart.Telling;

/// <summary>Makes backups and restores in a cluster and waits for their ends.</summary>
internal sealed class Runs(StoryCluster cluster)
{
    private const string Ns = StoryCluster.ServerNamespace;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Waits until a location can be used.</summary>
    public Task LocationAsync(string name, CancellationToken cancellationToken)
    {
        BackupStorageLocation? location = null;
        return Waiting.UntilAsync(
            async () =>
            {
                location = await cluster.Client.GetAsync<BackupStorageLocation>(Ns, name, cancellationToken);
                return location.Status?.Phase == BackupStorageLocationPhase.Available;
            },
            TimeSpan.FromSeconds(30), () => Task.FromResult($"location {name} is not available: {location?.Status?.Message}"), cancellationToken);
    }

    /// <summary>Waits for the schedule's next backup after a number of them, does something as soon as it exists, and waits for its end.</summary>
    public async Task<Backup> ScheduledAsync(string schedule, int after, Func<Task> onceItExists, CancellationToken cancellationToken)
    {
        var backups = new List<Backup>();
        await Waiting.UntilAsync(
            async () =>
            {
                backups = await BackupsAsync(schedule, cancellationToken);
                return backups.Count > after;
            },
            Patience, () => Task.FromResult($"schedule {schedule} made no backup"), cancellationToken);
        await onceItExists();
        return await BackupAsync(backups[after].Metadata.Name, cancellationToken);
    }

    /// <summary>Waits for a backup's end; it must be Completed.</summary>
    public async Task<Backup> BackupAsync(string name, CancellationToken cancellationToken)
    {
        Backup? backup = null;
        await Waiting.UntilAsync(
            async () =>
            {
                backup = await cluster.Client.FindAsync<Backup>(Ns, name, cancellationToken);
                return backup?.Status?.CompletionTimestamp is not null;
            },
            Patience, () => Task.FromResult($"backup {name} does not end: it is {backup?.Status?.Phase.ToString() ?? "not there"}"), cancellationToken);
        return backup!.Status!.Phase == BackupPhase.Completed
            ? backup
            : throw new StoryException($"backup {name} is {backup.Status.Phase}: {string.Join("; ", backup.Status.Messages ?? backup.Status.ValidationErrors ?? [])}");
    }

    /// <summary>Makes a restore and waits for its end; it must be Completed.</summary>
    public async Task<Restore> RestoreAsync(string name, RestoreSpec spec, CancellationToken cancellationToken)
    {
        var restore = await cluster.Client.CreateAsync(new Restore { Metadata = new ObjectMeta { Name = name, Namespace = Ns }, Spec = spec }, cancellationToken: cancellationToken);
        await Waiting.UntilAsync(
            async () =>
            {
                restore = await cluster.Client.GetAsync<Restore>(Ns, name, cancellationToken);
                return restore.Status?.CompletionTimestamp is not null;
            },
            Patience, () => Task.FromResult($"restore {name} does not end: it is {restore.Status?.Phase ?? RestorePhase.New}"), cancellationToken);
        return restore.Status!.Phase == RestorePhase.Completed
            ? restore
            : throw new StoryException($"restore {name} is {restore.Status.Phase}: {string.Join("; ", restore.Status.Messages ?? restore.Status.ValidationErrors ?? [])}");
    }

    /// <summary>Pauses a schedule, or lets it go on.</summary>
    public Task PauseAsync(string schedule, bool paused, CancellationToken cancellationToken) => cluster.Client.PatchAsync<BackupSchedule>(
        Ns, schedule, Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["paused"] = paused } }), cancellationToken: cancellationToken);

    private async Task<List<Backup>> BackupsAsync(string schedule, CancellationToken cancellationToken)
    {
        var found = new List<Backup>();
        await foreach (var backup in cluster.Client.ListAsync<Backup>(new ListOptions { Namespace = Ns, LabelSelector = $"{Labels.ScheduleName}={schedule}" }, cancellationToken))
        {
            found.Add(backup);
        }

        return [.. found.OrderBy(b => b.Metadata.Name, StringComparer.Ordinal)];
    }
}
