using System.CommandLine;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Schedules;
using BackupServer.Cli.Commands.Backups;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Schedules;

/// <summary><c>schedule create</c>: backups at every tick of a schedule.</summary>
internal static class ScheduleCreateCommand
{
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "name of the schedule" };
        var schedule = new Option<string>("--schedule") { Description = "five cron fields, @hourly, @daily, @weekly, @monthly, @yearly, '@every 1h30m' or @daily-random", HelpName = "CRON", Required = true };
        var zone = new Option<string?>("--time-zone") { Description = "IANA time zone (default: UTC)", HelpName = "ZONE" };
        var paused = new Option<bool>("--paused") { Description = "make it paused" };
        var skip = new Option<bool?>("--skip-immediately") { Description = "do not make up for a run that is due at once", Arity = ArgumentArity.ZeroOrOne };
        var owner = new Option<bool?>("--use-owner-references-in-backup") { Description = "deleting the schedule deletes its Backup objects", Arity = ArgumentArity.ZeroOrOne };
        var concurrency = new Option<ConcurrencyPolicy?>("--concurrency-policy") { Description = "what happens while the last backup still runs (default: Forbid)" };
        var deadline = new Option<long?>("--starting-deadline-seconds") { Description = "a run that could not start for so long is missed", HelpName = "S" };
        var jitter = DurationOption.Optional("--jitter", "delay each run by up to this long");
        var labels = KeyValues.Option("--labels", "labels of the schedule and its backups", "KEY=VALUE,…");
        var template = new BackupSpecOptions();
        var command = new VerbCommand("create", "Creates a schedule.") { name, schedule, zone, paused, skip, owner, concurrency, deadline, jitter, labels };
        template.AddTo(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
        {
            var spec = new BackupScheduleSpec
            {
                Schedule = parsed.GetValue(schedule)!,
                TimeZone = parsed.GetValue(zone),
                Paused = parsed.GetValue(paused) ? true : null,
                SkipImmediately = parsed.GetValue(skip),
                UseOwnerReferencesInBackup = parsed.GetValue(owner),
                ConcurrencyPolicy = parsed.GetValue(concurrency),
                StartingDeadlineSeconds = parsed.GetValue(deadline),
                Jitter = parsed.GetValue(jitter),
                Template = template.Read(parsed),
            };
            return RunAsync(cluster, parsed.GetValue(name)!, spec, parsed.GetPairs(labels), cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(
        Cluster cluster, string name, BackupScheduleSpec spec, Dictionary<string, string>? labels, CancellationToken cancellationToken)
    {
        // The server would say the same in validationErrors, where nobody looks who saw "created".
        var problems = new List<string>();
        if (ScheduleParser.Parse(spec.Schedule, spec.TimeZone, new ObjectName(cluster.Namespace, name), problems) is null)
        {
            throw CommandException.Usage(string.Join("; ", problems));
        }

        var schedule = new BackupSchedule { Metadata = new ObjectMeta { Name = name, Namespace = cluster.Namespace, Labels = labels }, Spec = spec };
        await ObjectKind<BackupSchedule>.CreateAsync(cluster, schedule, cancellationToken);
        return ExitCodes.Ok;
    }
}
