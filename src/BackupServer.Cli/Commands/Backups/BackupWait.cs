using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Backups;

/// <summary>Waits for the end of a backup.</summary>
internal static class BackupWait
{
    /// <summary>Whether a backup in this phase has ended, for good or bad.</summary>
    public static bool IsFinal(BackupPhase? phase) =>
        phase is BackupPhase.FailedValidation or BackupPhase.Completed or BackupPhase.PartiallyFailed or BackupPhase.Failed or BackupPhase.Canceled or BackupPhase.Deleting;

    /// <summary>Waits, showing progress, and tells the outcome.</summary>
    /// <returns>The exit code that the outcome means.</returns>
    public static async Task<int> RunAsync(Cluster cluster, string name, CancellationToken cancellationToken)
    {
        var ended = await Outcome.OfAsync(
            cluster.Terminal, "backup", name,
            () => ProgressDisplay.RunAsync(cluster.Terminal, cluster.Time, quiet: false, progress => EndAsync(cluster, name, progress, cancellationToken)));
        return Outcome.Tell(
            cluster.Terminal,
            ObjectKind<Backup>.Named(name),
            ended.Status!.Phase.ToString(),
            [.. ended.Status.ValidationErrors ?? [], .. ended.Status.Messages ?? []]);
    }

    private static async Task<Backup> EndAsync(Cluster cluster, string name, IProgress<ProgressState> progress, CancellationToken cancellationToken)
    {
        await foreach (var backup in ObjectWatch.FollowAsync<Backup>(cluster, name, cancellationToken))
        {
            if (backup is null)
            {
                break;
            }

            if (IsFinal(backup.Status?.Phase))
            {
                return backup;
            }

            progress.Report(State(backup.Status));
        }

        throw CommandException.NotFound($"backup \"{name}\" was deleted while it was waited for");
    }

    private static ProgressState State(BackupStatus? status)
    {
        var progress = status?.Progress ?? new BackupProgress();
        var objects = $"{progress.ItemsBackedUp}/{progress.TotalItems} objects";
        var text = progress.TotalBytes > 0 ? $"{objects}, {Quantities.Bytes(progress.BytesDone)} of {Quantities.Bytes(progress.TotalBytes)}" : objects;
        var (done, total) = progress.TotalBytes > 0 ? (progress.BytesDone, progress.TotalBytes) : (progress.ItemsBackedUp, progress.TotalItems);
        return status is null
            ? new ProgressState("New", "no server has looked at it yet")
            : new ProgressState(status.Phase.ToString(), $"{text} {progress.CurrentResource}".TrimEnd(), done, total);
    }
}
