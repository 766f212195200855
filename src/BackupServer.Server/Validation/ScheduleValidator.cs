using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Schedules;

namespace BackupServer.Server.Validation;

/// <summary>Checks the specification of a schedule: every problem at once.</summary>
public static class ScheduleValidator
{
    /// <summary>Checks a schedule.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="problems">Takes one sentence for each problem.</param>
    /// <returns>Its ticks; null when they cannot be told.</returns>
    public static IScheduleExpression? Validate(BackupSchedule schedule, ICollection<string> problems)
    {
        var identity = new ObjectName(schedule.Metadata.Namespace ?? "", schedule.Metadata.Name);
        var expression = ScheduleParser.Parse(schedule.Spec.Schedule, schedule.Spec.TimeZone, identity, problems);
        var inTemplate = new List<string>();
        BackupValidator.CheckSpec(schedule.Spec.Template, inTemplate);
        foreach (var problem in inTemplate)
        {
            problems.Add("spec.template." + problem);
        }

        if (schedule.Spec.Jitter < TimeSpan.Zero)
        {
            problems.Add($"spec.jitter: \"{GoDuration.Format(schedule.Spec.Jitter.Value)}\" must not be negative");
        }

        return expression;
    }
}
