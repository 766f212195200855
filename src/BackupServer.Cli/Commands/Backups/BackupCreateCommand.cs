using System.CommandLine;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Cli.Commands.Schedules;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Backups;

/// <summary><c>backup create</c>: asks for a backup, and waits for its end if wanted.</summary>
internal static class BackupCreateCommand
{
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string?>("NAME") { Description = "name of the backup; may be left out with --from-schedule", Arity = ArgumentArity.ZeroOrOne };
        var spec = new BackupSpecOptions();
        var labels = KeyValues.Option("--labels", "labels of the Backup object", "KEY=VALUE,…");
        var schedule = new Option<string?>("--from-schedule") { Description = "take everything from the template of this schedule", HelpName = "NAME" };
        var wait = new Option<bool>("--wait", "-w") { Description = "wait for the end, showing progress" };
        var command = new VerbCommand("create", "Makes a backup.", ExitCodes.PartiallyFailed, ExitCodes.NotFound) { name, labels, schedule, wait };
        spec.AddTo(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => parsed.GetValue(schedule) is { } from
            ? spec.AnyGiven(parsed) || parsed.GetPairs(labels) is not null
                ? throw CommandException.Usage("--from-schedule takes everything from the schedule; give no other field with it")
                : RunFromScheduleAsync(cluster, parsed.GetValue(name), from, parsed.GetValue(wait), cancellationToken)
            : RunAsync(
                cluster,
                parsed.GetValue(name) ?? throw CommandException.Usage("give the backup a name"),
                spec.Read(parsed),
                parsed.GetPairs(labels),
                parsed.GetValue(wait),
                cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(
        Cluster cluster, string name, BackupSpec spec, Dictionary<string, string>? labels, bool wait, CancellationToken cancellationToken) =>
        CreateAsync(cluster, new Backup { Metadata = new ObjectMeta { Name = name, Namespace = cluster.Namespace, Labels = labels }, Spec = spec }, wait, cancellationToken);

    public static async Task<int> RunFromScheduleAsync(Cluster cluster, string? name, string schedule, bool wait, CancellationToken cancellationToken)
    {
        var template = await ObjectKind<BackupSchedule>.RequireAsync(cluster, schedule, cancellationToken);
        return await CreateAsync(cluster, ScheduleTemplate.BackupOf(template, name, cluster.Time), wait, cancellationToken);
    }

    private static async Task<int> CreateAsync(Cluster cluster, Backup backup, bool wait, CancellationToken cancellationToken)
    {
        await ObjectKind<Backup>.CreateAsync(cluster, backup, cancellationToken);
        return wait ? await BackupWait.RunAsync(cluster, backup.Metadata.Name, cancellationToken) : ExitCodes.Ok;
    }
}
