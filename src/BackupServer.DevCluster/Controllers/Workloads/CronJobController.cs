using System.Globalization;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>CronJobs: a Job per tick, named after the minute so that a tick can never fire twice; concurrency policy, deadlines and history.</summary>
internal sealed class CronJobController(ControllerContext context) : Reconciler(context, "cronjob-controller")
{
    private const string Resource = "cronjobs.batch";
    private const string Jobs = "jobs.batch";

    protected override IReadOnlyCollection<string>? Watched { get; } = [Resource, Jobs];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource == Resource) return [change.Key];
        return OwnerReference.ControllerOf(change.Object) is { Kind: "CronJob" } owner ? [new ObjectKey(change.Namespace, owner.Name)] : [];
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get(Resource, key.Namespace, key.Name) is not { } cron || cron.IsDeleting()) return null;
        var jobs = Client.List(Jobs, key.Namespace).Where(job => OwnerReference.IsControlledBy(job, cron)).ToList();
        await TrimAsync(cron, jobs, cancellationToken);

        var now = Time.GetUtcNow();
        var (due, next) = Ticks(cron, now);
        JsonObject? started = null;
        if (due is { } tick && !cron.Flag("spec", "suspend")) started = await StartAsync(cron, jobs, tick, cancellationToken);
        if (started is not null && !jobs.Exists(job => job.Uid() == started.Uid())) jobs.Add(started);

        await Client.ChangeAsync(Resource, key.Namespace, key.Name, "status", latest => WriteStatus(latest, cron, jobs, started is null ? null : due), cancellationToken);
        return cron.Flag("spec", "suspend") || next is null ? null : next - Time.GetUtcNow() + TimeSpan.FromMilliseconds(20);
    }

    /// <summary>The newest tick that is due and not started, and the next one to come.</summary>
    private static (DateTimeOffset? Due, DateTimeOffset? Next) Ticks(JsonObject cron, DateTimeOffset now)
    {
        CronSchedule schedule;
        TimeZoneInfo zone;
        try
        {
            schedule = CronSchedule.Parse(cron.Text("spec", "schedule") ?? string.Empty);
            zone = cron.Text("spec", "timeZone") is { Length: > 0 } name ? TimeZoneInfo.FindSystemTimeZoneById(name) : TimeZoneInfo.Utc;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or TimeZoneNotFoundException)
        {
            return (null, null);
        }

        var from = cron.Time("status", "lastScheduleTime") ?? cron.Time("metadata", "creationTimestamp") ?? now;
        var deadline = cron.Number("spec", "startingDeadlineSeconds");
        if (deadline is { } seconds && now.AddSeconds(-seconds) > from) from = now.AddSeconds(-seconds);
        // Of many missed ticks only the newest counts; a day back is enough to find it for any schedule that has one in a day.
        if (from < now.AddDays(-1) && schedule.Next(now.AddDays(-1), zone) <= now) from = now.AddDays(-1);
        DateTimeOffset? due = null;
        var tick = schedule.Next(from, zone);
        while (tick <= now)
        {
            due = tick;
            tick = schedule.Next(tick.Value, zone);
        }

        return (due, tick);
    }

    private async Task<JsonObject?> StartAsync(JsonObject cron, List<JsonObject> jobs, DateTimeOffset tick, CancellationToken cancellationToken)
    {
        var running = jobs.Where(job => !JobStatus.IsFinished(job) && !job.IsDeleting()).ToList();
        var policy = cron.Text("spec", "concurrencyPolicy");
        if (policy == "Forbid" && running.Count > 0)
        {
            await Events.NormalAsync(cron, "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid", cancellationToken);
            return null;
        }

        if (policy == "Replace")
        {
            foreach (var job in running)
            {
                await Client.DeleteAsync(Jobs, cron.Namespace(), job.Name(), new DeleteWish(job.Uid(), "Background"), cancellationToken);
                jobs.Remove(job);
            }
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{cron.Name()}-{tick.ToUnixTimeSeconds() / 60}");
        if (Client.Get(Jobs, cron.Namespace(), name) is { } present) return OwnerReference.IsControlledBy(present, cron) ? present : null;
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = cron.Namespace() };
        if (cron.At("spec", "jobTemplate", "metadata", "labels") is { } labels) metadata["labels"] = labels.DeepClone();
        metadata["annotations"] = cron.At("spec", "jobTemplate", "metadata", "annotations")?.DeepClone() ?? new JsonObject();
        metadata.Ensure("annotations")["batch.kubernetes.io/cronjob-scheduled-timestamp"] = tick.Stamp();
        metadata["ownerReferences"] = new JsonArray(OwnerReference.ControllerReference(cron));
        var made = await Client.CreateAsync(Jobs, cron.Namespace(), new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["metadata"] = metadata,
            ["spec"] = cron.At("spec", "jobTemplate", "spec")?.DeepClone() ?? new JsonObject(),
        }, cancellationToken);
        await Events.NormalAsync(cron, "SuccessfulCreate", $"Created job {name}", cancellationToken);
        return made;
    }

    private static void WriteStatus(JsonObject latest, JsonObject worked, List<JsonObject> jobs, DateTimeOffset? started)
    {
        var status = latest.Ensure("status");
        var active = jobs.Where(job => !JobStatus.IsFinished(job) && OwnerReference.IsControlledBy(job, worked)
            && job.Annotation("cronjob.kubernetes.io/instantiate") is null).ToList();
        if (active.Count == 0) status.Remove("active");
        else
        {
            status["active"] = new JsonArray([.. active.Select(job => new JsonObject
            {
                ["kind"] = "Job",
                ["namespace"] = job.Namespace(),
                ["name"] = job.Name(),
                ["uid"] = job.Uid(),
                ["apiVersion"] = "batch/v1",
            })]);
        }

        if (started is { } tick) status["lastScheduleTime"] = tick.Stamp();
        var success = jobs.Where(job => Conditions.IsTrue(job, "Complete")).Select(job => job.Text("status", "completionTime")).Max(StringComparer.Ordinal);
        if (success is not null && string.CompareOrdinal(success, status.Text("lastSuccessfulTime")) > 0) status["lastSuccessfulTime"] = success;
    }

    private async Task TrimAsync(JsonObject cron, List<JsonObject> jobs, CancellationToken cancellationToken)
    {
        await KeepAsync("Complete", cron.Int(3, "spec", "successfulJobsHistoryLimit"));
        await KeepAsync("Failed", cron.Int(1, "spec", "failedJobsHistoryLimit"));

        async Task KeepAsync(string condition, int limit)
        {
            var ended = jobs.Where(job => Conditions.IsTrue(job, condition)).OrderBy(job => job.Text("status", "startTime"), StringComparer.Ordinal).ToList();
            foreach (var job in ended.Take(Math.Max(0, ended.Count - limit)))
            {
                await Client.DeleteAsync(Jobs, cron.Namespace(), job.Name(), new DeleteWish(job.Uid(), "Background"), cancellationToken);
                jobs.Remove(job);
            }
        }
    }
}
