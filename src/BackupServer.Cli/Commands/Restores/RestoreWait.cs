using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Restores;

/// <summary>Waits for the end of a restore.</summary>
internal static class RestoreWait
{
    /// <summary>Whether a restore in this phase has ended, for good or bad.</summary>
    public static bool IsFinal(RestorePhase? phase) =>
        phase is RestorePhase.FailedValidation or RestorePhase.Completed or RestorePhase.PartiallyFailed or RestorePhase.Failed or RestorePhase.Canceled;

    /// <summary>Waits, showing progress, and tells the outcome.</summary>
    /// <returns>The exit code that the outcome means.</returns>
    public static async Task<int> RunAsync(Cluster cluster, string name, CancellationToken cancellationToken)
    {
        var ended = await Outcome.OfAsync(
            cluster.Terminal, "restore", name,
            () => ProgressDisplay.RunAsync(cluster.Terminal, cluster.Time, quiet: false, progress => EndAsync(cluster, name, progress, cancellationToken)));
        return Outcome.Tell(
            cluster.Terminal,
            ObjectKind<Restore>.Named(name),
            ended.Status!.Phase.ToString(),
            [.. ended.Status.ValidationErrors ?? [], .. ended.Status.Messages ?? []]);
    }

    private static async Task<Restore> EndAsync(Cluster cluster, string name, IProgress<ProgressState> progress, CancellationToken cancellationToken)
    {
        await foreach (var restore in ObjectWatch.FollowAsync<Restore>(cluster, name, cancellationToken))
        {
            if (restore is null)
            {
                break;
            }

            if (IsFinal(restore.Status?.Phase))
            {
                return restore;
            }

            progress.Report(State(restore.Status));
        }

        throw CommandException.NotFound($"restore \"{name}\" was deleted while it was waited for");
    }

    private static ProgressState State(RestoreStatus? status)
    {
        var progress = status?.Progress ?? new RestoreProgress();
        var objects = $"{progress.ItemsRestored}/{progress.TotalItems} objects";
        var text = progress.TotalBytes > 0 ? $"{objects}, {Quantities.Bytes(progress.BytesDone)} of {Quantities.Bytes(progress.TotalBytes)}" : objects;
        var (done, total) = progress.TotalBytes > 0 ? (progress.BytesDone, progress.TotalBytes) : (progress.ItemsRestored, progress.TotalItems);
        return status is null
            ? new ProgressState("New", "no server has looked at it yet")
            : new ProgressState(status.Phase.ToString(), $"{text} {progress.CurrentResource}".TrimEnd(), done, total);
    }
}
