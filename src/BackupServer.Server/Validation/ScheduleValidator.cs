using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Schedules;

namespace BackupServer.Server.Validation;

/// <summary>Checks the specification of a schedule: every problem at once.</summary>
public static class ScheduleValidator
{
    private const string InBackup = "spec.";
    private const string InTemplate = "spec.template.";

    /// <summary>Checks a schedule.</summary>
    public static ScheduleValidation Validate(BackupSchedule schedule, ValidationContext context)
    {
        var problems = new List<string>();
        var identity = new ObjectName(schedule.Metadata.Namespace ?? "", schedule.Metadata.Name);
        var expression = ScheduleParser.Parse(schedule.Spec.Schedule, schedule.Spec.TimeZone, identity, problems);
        var template = new List<string>();
        _ = BackupValidator.CheckSpec(schedule.Spec.Template, schedule.Metadata.Namespace, context, template);
        problems.AddRange(template.Select(OfTemplate));
        if (schedule.Spec.Jitter < TimeSpan.Zero)
        {
            problems.Add($"spec.jitter: \"{GoDuration.Format(schedule.Spec.Jitter.Value)}\" must not be negative");
        }

        List<string> kinds = [.. BackupValidator.UnknownKinds(schedule.Spec.Template, context).Select(OfTemplate)];
        var refused = problems.Count > 0 || (kinds.Count > 0 && schedule.Status?.LastBackup is null);
        return new ScheduleValidation([.. problems, .. kinds], refused ? null : expression);
    }

    // The template is the specification of a backup, not a Backup: its fields have no "spec." of their own.
    private static string OfTemplate(string problem) => problem.StartsWith(InBackup, StringComparison.Ordinal) ? InTemplate + problem[InBackup.Length..] : InTemplate + problem;
}
