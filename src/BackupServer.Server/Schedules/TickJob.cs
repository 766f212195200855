using BackupServer.Abstractions.Objects;
using Quartz;

namespace BackupServer.Server.Schedules;

/// <summary>What Quartz runs at a tick: it only has the schedule looked at.</summary>
internal sealed class TickJob(ScheduleClock clock) : IJob
{
    /// <summary>Name of the one job that all triggers share.</summary>
    public static readonly JobKey Key = new("tick");

    /// <summary>Key of the schedule's namespace in a trigger's data.</summary>
    public const string Namespace = "namespace";

    /// <summary>Key of the schedule's name in a trigger's data.</summary>
    public const string Name = "name";

    /// <inheritdoc/>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        clock.Ring(new ObjectName(context.MergedJobDataMap.GetString(Namespace) ?? "", context.MergedJobDataMap.GetString(Name) ?? ""));
        return ValueTask.CompletedTask;
    }
}
