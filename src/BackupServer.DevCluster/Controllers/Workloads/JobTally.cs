using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>Counts of a Job: what its status has counted already plus the finished Pods that still carry the tracking finalizer.</summary>
internal sealed class JobTally
{
    private readonly JsonObject _job;

    public JobTally(JsonObject job, IReadOnlyCollection<JsonObject> pods)
    {
        _job = job;
        Completed = JobPods.ParseIndexes(job.Text("status", "completedIndexes"));
        NewlyFinished = [.. pods.Where(pod => PodStates.IsFinished(pod) && pod.HasFinalizer(JobPods.Finalizer))];
        var good = NewlyFinished.Where(pod => PodStates.Phase(pod) == "Succeeded").ToList();
        Failed = job.Int(0, "status", "failed") + NewlyFinished.Count - good.Count;
        Active = pods.Count(PodStates.IsActive);
        if (JobPods.IsIndexed(job))
        {
            foreach (var pod in good)
            {
                if (JobPods.IndexOf(pod) is { } index) Completed.Add(index);
            }

            Succeeded = Completed.Count;
        }
        else
        {
            Succeeded = job.Int(0, "status", "succeeded") + good.Count;
        }

        // Restarts inside running Pods count as failures too.
        Restarts = pods.Where(PodStates.IsActive).Sum(pod => pod.Items("status", "containerStatuses").Concat(pod.Items("status", "initContainerStatuses")).Sum(status => status.Int(0, "restartCount")));
        LastFailure = pods.Where(pod => PodStates.Phase(pod) == "Failed").Select(FinishedAt).Max();
    }

    public int Succeeded { get; }

    public int Failed { get; }

    public int Active { get; }

    public int Restarts { get; }

    public SortedSet<int> Completed { get; }

    public IReadOnlyList<JsonObject> NewlyFinished { get; }

    public DateTimeOffset? LastFailure { get; }

    /// <summary>Indexes nobody has finished or works on, lowest first.</summary>
    public IEnumerable<int> FreeIndexes(IEnumerable<JsonObject> running)
    {
        var taken = running.Select(JobPods.IndexOf).OfType<int>().ToHashSet();
        for (var index = 0; index < _job.Int(0, "spec", "completions"); index++)
        {
            if (!Completed.Contains(index) && !taken.Contains(index)) yield return index;
        }
    }

    private static DateTimeOffset? FinishedAt(JsonObject pod) =>
        pod.Items("status", "containerStatuses").Select(status => status.Time("state", "terminated", "finishedAt")).Max()
        ?? pod.Time("metadata", "creationTimestamp");
}
