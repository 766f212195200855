using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>
/// Jobs: Pods until enough have succeeded or too many failed. A finished Pod is counted once, when its tracking finalizer is taken
/// away; so its result outlives it.
/// </summary>
internal sealed class JobController(ControllerContext context) : Reconciler(context, "job-controller")
{
    private const string Resource = "jobs.batch";
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(6);

    protected override IReadOnlyCollection<string>? Watched { get; } = [Resource, "pods"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource == Resource) return [change.Key];
        return OwnerReference.ControllerOf(change.Object) is { Kind: "Job" } owner ? [new ObjectKey(change.Namespace, owner.Name)] : [];
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get(Resource, key.Namespace, key.Name) is not { } job)
        {
            await ReleaseOrphansAsync(key, cancellationToken);
            return null;
        }

        var selector = job.At("spec", "selector");
        var pods = await Adoption.ClaimAsync(Client, job, "pods", pod => LabelSelection.Matches(selector, pod.Labels()), cancellationToken);
        if (JobStatus.IsFinished(job))
        {
            foreach (var pod in pods) await UntrackAsync(pod, cancellationToken);
            return await ExpireAsync(job, cancellationToken);
        }

        var tally = new JobTally(job, pods);
        var verdict = JobStatus.Decide(job, tally, Time.GetUtcNow());
        if (verdict.Ends)
        {
            foreach (var pod in pods.Where(PodStates.IsActive))
            {
                await Client.DeleteAsync("pods", key.Namespace, pod.Name(), new DeleteWish(pod.Uid()), cancellationToken);
            }

            foreach (var pod in pods) await UntrackAsync(pod, cancellationToken);
        }

        TimeSpan? again = verdict.Again;
        var active = verdict.Ends ? 0 : tally.Active;
        if (!verdict.Ends && !job.IsDeleting()) (active, again) = await RunAsync(job, pods, tally, again, cancellationToken);
        var left = Client.List("pods", key.Namespace).Where(pod => OwnerReference.IsControlledBy(pod, job)).ToList();
        await Client.ChangeAsync(
            Resource, key.Namespace, key.Name, "status", latest => JobStatus.Write(latest, tally, verdict, active, left, Time.GetUtcNow()), cancellationToken);
        // Counted in the status: only now may the Pods forget it.
        foreach (var pod in tally.NewlyFinished) await UntrackAsync(pod, cancellationToken);
        if (verdict.Ends && job.Number("spec", "ttlSecondsAfterFinished") is { } ttl) again = TimeSpan.FromSeconds(ttl);
        return again;
    }

    private async Task<(int Active, TimeSpan? Again)> RunAsync(
        JsonObject job, List<JsonObject> pods, JobTally tally, TimeSpan? again, CancellationToken cancellationToken)
    {
        var running = pods.Where(PodStates.IsActive).ToList();
        var wanted = job.Flag("spec", "suspend") ? 0 : JobPods.Wanted(job, tally.Succeeded);
        foreach (var pod in DeletionRank.FirstToGo(running).Take(Math.Max(0, running.Count - wanted)).ToList())
        {
            await Client.DeleteAsync("pods", job.Namespace(), pod.Name(), new DeleteWish(pod.Uid()), cancellationToken);
            running.Remove(pod);
        }

        var missing = wanted - running.Count;
        if (missing <= 0) return (running.Count, again);
        if (tally.LastFailure is { } failure && tally.Failed > 0)
        {
            var pause = TimeSpan.FromTicks(Math.Min(FirstBackoff.Ticks << Math.Min(tally.Failed - 1, 20), LongestBackoff.Ticks));
            var due = failure + pause - Time.GetUtcNow();
            if (due > TimeSpan.Zero) return (running.Count, again is { } other && other < due ? other : due);
        }

        var free = JobPods.IsIndexed(job) ? tally.FreeIndexes(running).GetEnumerator() : null;
        for (var i = 0; i < missing; i++)
        {
            if (free is not null && !free.MoveNext()) break;
            var made = await Client.CreateAsync("pods", job.Namespace(), JobPods.Pod(job, free?.Current), cancellationToken);
            await Events.NormalAsync(job, "SuccessfulCreate", $"Created pod: {made.Name()}", cancellationToken);
            running.Add(made);
        }

        return (running.Count, again);
    }

    private Task<JsonObject?> UntrackAsync(JsonObject pod, CancellationToken cancellationToken) => pod.HasFinalizer(JobPods.Finalizer)
        ? Client.ChangeAsync("pods", pod.Namespace(), pod.Name(), "", item => item.RemoveFinalizer(JobPods.Finalizer), cancellationToken)
        : Task.FromResult<JsonObject?>(null);

    /// <summary>Pods of a Job that is gone must not be kept by its finalizer.</summary>
    private async Task ReleaseOrphansAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        foreach (var pod in Client.List("pods", key.Namespace).Where(pod => pod.HasFinalizer(JobPods.Finalizer)))
        {
            if (OwnerReference.ControllerOf(pod) is { Kind: "Job" } owner && owner.Name == key.Name) await UntrackAsync(pod, cancellationToken);
        }
    }

    private async Task<TimeSpan?> ExpireAsync(JsonObject job, CancellationToken cancellationToken)
    {
        if (job.IsDeleting() || job.Number("spec", "ttlSecondsAfterFinished") is not { } ttl) return null;
        var end = Conditions.Find(job, "Complete").Time("lastTransitionTime") ?? Conditions.Find(job, "Failed").Time("lastTransitionTime") ?? Time.GetUtcNow();
        var left = end.AddSeconds(ttl) - Time.GetUtcNow();
        if (left > TimeSpan.Zero) return left;
        await Client.DeleteAsync(Resource, job.Namespace(), job.Name(), new DeleteWish(job.Uid(), "Foreground"), cancellationToken);
        return null;
    }
}
