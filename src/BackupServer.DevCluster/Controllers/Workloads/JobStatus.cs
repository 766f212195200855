using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>Decides when a Job ends and writes its status.</summary>
internal static class JobStatus
{
    public static bool IsFinished(JsonNode? job) => Conditions.IsTrue(job, "Complete") || Conditions.IsTrue(job, "Failed");

    public static JobVerdict Decide(JsonObject job, JobTally tally, DateTimeOffset now)
    {
        TimeSpan? again = null;
        if (job.Number("spec", "activeDeadlineSeconds") is { } limit && job.Time("status", "startTime") is { } start)
        {
            again = start.AddSeconds(limit) - now;
            if (again <= TimeSpan.Zero) return new JobVerdict("Failed", "DeadlineExceeded", "Job was active longer than specified deadline");
        }

        var done = job.Number("spec", "completions") is { } completions ? tally.Succeeded >= completions : tally.Succeeded > 0 && tally.Active == 0;
        if (done) return new JobVerdict("Complete", "CompletionsReached", "Reached expected number of succeeded pods");

        var backoff = job.Int(6, "spec", "backoffLimit");
        var failures = tally.Failed + (job.Text("spec", "template", "spec", "restartPolicy") == "OnFailure" ? tally.Restarts : 0);
        return failures > backoff || (backoff == 0 && tally.Failed > 0)
            ? new JobVerdict("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
            : new JobVerdict(null, Again: again);
    }

    public static void Write(JsonObject latest, JobTally tally, JobVerdict verdict, int active, IReadOnlyCollection<JsonObject> pods, DateTimeOffset now)
    {
        var stamp = now.Stamp();
        var status = latest.Ensure("status");
        var suspended = latest.Flag("spec", "suspend");
        if (suspended)
        {
            status.Remove("startTime");
            Set("Suspended", "True", "JobSuspended", "Job suspended");
        }
        else
        {
            if (Conditions.Find(latest, "Suspended") is not null) Set("Suspended", "False", "JobResumed", "Job resumed");
            status["startTime"] ??= stamp;
        }

        ReplicaController.SetCount(status, "active", active);
        ReplicaController.SetCount(status, "succeeded", tally.Succeeded);
        ReplicaController.SetCount(status, "failed", tally.Failed);
        status["terminating"] = pods.Count(pod => pod.IsDeleting() && !PodStates.IsFinished(pod));
        status["ready"] = verdict.Ends ? 0 : pods.Count(pod => PodStates.IsActive(pod) && PodStates.IsReady(pod));
        status["uncountedTerminatedPods"] = new JsonObject();
        if (JobPods.IsIndexed(latest) && tally.Completed.Count > 0) status["completedIndexes"] = JobPods.FormatIndexes(tally.Completed);
        if (verdict.Condition is null) return;

        Set(verdict.Condition == "Complete" ? "SuccessCriteriaMet" : "FailureTarget", "True", verdict.Reason, verdict.Message);
        Set(verdict.Condition, "True", verdict.Reason, verdict.Message);
        if (verdict.Condition == "Complete") status["completionTime"] = stamp;

        void Set(string type, string value, string reason, string message) => Conditions.Set(latest, type, value, reason, message, stamp, "lastProbeTime");
    }
}
