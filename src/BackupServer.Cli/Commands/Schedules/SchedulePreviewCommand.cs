using System.CommandLine;
using System.Globalization;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Schedules;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Schedules;

/// <summary><c>schedule preview</c>: the next ticks, read from the schedule as the server reads it.</summary>
internal static class SchedulePreviewCommand
{
    private const string LocalTime = "ddd yyyy-MM-dd HH:mm:ss zzz";

    public static Command Create(CommandContext context)
    {
        var name = new Argument<string?>("NAME") { Description = "name of a schedule; may be left out with --schedule", Arity = ArgumentArity.ZeroOrOne };
        var schedule = new Option<string?>("--schedule") { Description = "preview this instead of what the schedule says", HelpName = "CRON" };
        var zone = new Option<string?>("--time-zone") { Description = "IANA time zone to preview it in (default: the schedule's, or UTC)", HelpName = "ZONE" };
        var count = new Option<int>("--count", "-c") { Description = "how many ticks", HelpName = "N", DefaultValueFactory = static _ => 5 };
        var output = OutputOption.Create();
        var command = new VerbCommand("preview", "Shows the next ticks of a schedule, without a server: -o name prints nothing but the times in UTC.", ExitCodes.NotFound) { name, schedule, zone, count, output };
        count.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1000)
            {
                result.AddError("--count: say a number from 1 to 1000");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var wanted = new BackupSchedule
            {
                Metadata = new ObjectMeta { Name = parsed.GetValue(name) ?? "" },
                Spec = new BackupScheduleSpec { Schedule = parsed.GetValue(schedule) ?? "", TimeZone = parsed.GetValue(zone) },
            };
            if (wanted.Spec.Schedule.Length == 0)
            {
                wanted = await ReadAsync(parsed, context, wanted, cancellationToken);
            }

            return Run(context.Terminal, wanted, parsed.GetValue(count), context.Time.GetUtcNow(), parsed.GetValue(output));
        });
        return command;
    }

    /// <summary>Prints the ticks of a schedule that need not exist.</summary>
    public static int Run(Terminal terminal, BackupSchedule schedule, int count, DateTimeOffset now, OutputFormat format)
    {
        if (schedule.Spec.Schedule.Trim() == "@daily-random" && schedule.Metadata.Name.Length == 0)
        {
            throw CommandException.Usage("the time of @daily-random follows from the schedule's namespace and name: give the name too");
        }

        var problems = new List<string>();
        var identity = new ObjectName(schedule.Metadata.Namespace ?? ClusterOptions.DefaultNamespace, schedule.Metadata.Name);
        var expression = ScheduleParser.Parse(schedule.Spec.Schedule, schedule.Spec.TimeZone, identity, problems);
        if (expression is null || problems.Count > 0)
        {
            throw CommandException.Usage(string.Join("; ", problems));
        }

        var delay = ScheduleJitter.Of(schedule);
        var ticks = Ticks(expression, From(schedule, expression, now), now - delay).Take(count).ToList();
        if (schedule.Spec.Paused == true)
        {
            terminal.Error.WriteLine($"schedule \"{schedule.Metadata.Name}\" is paused: there will be no backup at these ticks");
        }

        Print(terminal.Out, ticks, delay, ScheduleParser.ZoneOf(schedule.Spec.Schedule, schedule.Spec.TimeZone), now, format);
        return ExitCodes.Ok;
    }

    private static async Task<BackupSchedule> ReadAsync(ParseResult parsed, CommandContext context, BackupSchedule wanted, CancellationToken cancellationToken)
    {
        if (wanted.Metadata.Name.Length == 0)
        {
            throw CommandException.Usage("say which schedule: its name, or --schedule");
        }

        using var cluster = context.Cluster.Connect(parsed, context);
        var known = await ObjectKind<BackupSchedule>.RequireAsync(cluster, wanted.Metadata.Name, cancellationToken);
        return known with { Spec = known.Spec with { TimeZone = wanted.Spec.TimeZone ?? known.Spec.TimeZone } };
    }

    /// <summary>An interval is counted from the last tick, or from when the schedule was made; the clock's ticks depend on nothing.</summary>
    private static DateTimeOffset From(BackupSchedule schedule, IScheduleExpression expression, DateTimeOffset now)
    {
        var last = new[] { schedule.Metadata.CreationTimestamp, schedule.Status?.LastBackup, schedule.Status?.LastSkipped }.Max();
        return expression is IntervalSchedule && last < now ? last.Value : now;
    }

    private static IEnumerable<DateTimeOffset> Ticks(IScheduleExpression expression, DateTimeOffset from, DateTimeOffset after)
    {
        for (var tick = expression.NextAfter(from); tick is { } next; tick = expression.NextAfter(next))
        {
            if (next > after)
            {
                yield return next;
            }
        }
    }

    private static void Print(TextWriter output, List<DateTimeOffset> ticks, TimeSpan delay, TimeZoneInfo zone, DateTimeOffset now, OutputFormat format)
    {
        switch (format)
        {
            case OutputFormat.Name:
                ticks.ForEach(tick => output.WriteLine(Quantities.Time(tick)));
                break;
            case OutputFormat.Json or OutputFormat.Yaml:
                var document = JsonText.Node(new { TimeZone = zone.Id, Ticks = ticks.Select(tick => new { Tick = Quantities.Time(tick), Starts = Quantities.Time(tick + delay) }) });
                if (format == OutputFormat.Yaml)
                {
                    YamlText.Write(document, output);
                }
                else
                {
                    output.WriteLine(JsonText.Document(document));
                }

                break;
            default:
                var table = new TextTable(["TICK", "TIME ZONE", "UTC", "IN", .. delay > TimeSpan.Zero ? ["STARTS (JITTER)"] : Array.Empty<string>()]);
                foreach (var tick in ticks)
                {
                    var local = TimeZoneInfo.ConvertTime(tick, zone).ToString(LocalTime, CultureInfo.InvariantCulture);
                    table.Add([local, zone.Id, Quantities.Time(tick), Quantities.Age(tick - now), .. delay > TimeSpan.Zero ? [Quantities.Time(tick + delay)] : Array.Empty<string>()]);
                }

                table.Write(output);
                break;
        }
    }
}
