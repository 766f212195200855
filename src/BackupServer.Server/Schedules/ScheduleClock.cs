using BackupServer.Abstractions.Objects;
using Quartz;

namespace BackupServer.Server.Schedules;

/// <summary>Quartz as alarm clock: one trigger for each schedule, at its next tick. What is due then is decided by <see cref="SchedulePlanner"/>, so an alarm that is late or rings twice does no harm.</summary>
internal sealed class ScheduleClock(ISchedulerFactory factory)
{
    private const string Group = "schedules";

    /// <summary>Called with the schedule whose tick has come.</summary>
    public Action<ObjectName> Ring { get; set; } = static _ => { };

    /// <summary>Sets, moves or clears the alarm of a schedule.</summary>
    public async Task WakeAtAsync(ObjectName name, DateTimeOffset? instant, CancellationToken cancellationToken)
    {
        var scheduler = await factory.GetScheduler(cancellationToken);
        var key = new TriggerKey(name.ToString(), Group);
        if (instant is null)
        {
            _ = await scheduler.UnscheduleJob(key, cancellationToken);
            return;
        }

        var trigger = TriggerBuilder.Create().WithIdentity(key).ForJob(TickJob.Key).UsingJobData(TickJob.Namespace, name.Namespace).UsingJobData(TickJob.Name, name.Name).StartAt(instant.Value).Build();
        if (await scheduler.RescheduleJob(key, trigger, cancellationToken) is null)
        {
            _ = await scheduler.ScheduleJob(trigger, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Clears the alarm of a schedule that is gone.</summary>
    public Task ForgetAsync(ObjectName name, CancellationToken cancellationToken) => WakeAtAsync(name, null, cancellationToken);
}
