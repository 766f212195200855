using System.CommandLine;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary>The noun <c>repository</c>: the engine on any repository in the restic format, without a cluster.</summary>
internal static class RepositoryCommands
{
    private static readonly string[] Examples =
    [
        "repository init --repo /srv/backups --password-file ~/.backup-password",
        "repository backup /home /etc --tag nightly --exclude '*.tmp'      (the repository by $RESTIC_REPOSITORY)",
        "repository snapshots --host web",
        "repository restore latest:/home/me --target /tmp/me --include '*.txt'",
        "repository find '*.conf'",
        "repository diff 1a2b3c4d latest",
        "repository check --read-data-subset 5%",
        "repository forget --keep-daily 7 --keep-weekly 4 --prune",
    ];

    /// <summary>The verbs by name, so that a run need only declare the one it was asked for.</summary>
    public static IReadOnlyList<(string Name, Func<CommandContext, RepositoryLocationOptions, Command> Create)> Verbs { get; } =
    [
        ("init", RepositoryInitCommand.Create),
        ("backup", RepositoryBackupCommand.Create),
        ("restore", RepositoryRestoreCommand.Create),
        ("snapshots", RepositorySnapshotsCommand.Create),
        ("ls", RepositoryLsCommand.Create),
        ("dump", RepositoryDumpCommand.Create),
        ("check", RepositoryCheckCommand.Create),
        ("forget", RepositoryForgetCommand.Create),
        ("prune", RepositoryPruneCommand.Create),
        ("key", KeyCommand),
        ("find", RepositoryFindCommand.Create),
        ("diff", RepositoryDiffCommand.Create),
        ("stats", RepositoryStatsCommand.Create),
        ("tag", RepositoryTagCommand.Create),
        ("copy", RepositoryCopyCommand.Create),
        ("rewrite", RepositoryRewriteCommand.Create),
        ("repair", RepairCommand),
        ("cat", RepositoryCatCommand.Create),
        ("unlock", RepositoryUnlockCommand.Create),
        ("version", RepositoryVersionCommand.Create),
    ];

    /// <summary>The noun with all its verbs, or only with the one of this name where there is one.</summary>
    public static Command Create(CommandContext context, string? verb = null)
    {
        var options = new RepositoryLocationOptions();
        var command = new NounCommand("repository", "Works on any repository in the restic format; needs no cluster.")
        {
            Examples = Examples,
        };
        var one = Verbs.Where(known => known.Name == verb).ToList();
        foreach (var (_, create) in one.Count > 0 ? one : Verbs)
        {
            command.Add(create(context, options));
        }

        options.AddTo(command);
        return command;
    }

    private static Command KeyCommand(CommandContext context, RepositoryLocationOptions options) =>
        new Command("key", "Passwords of a repository.")
        {
            RepositoryKeyListCommand.Create(context, options),
            RepositoryKeyAddCommand.Create(context, options),
            RepositoryKeyRemoveCommand.Create(context, options),
            RepositoryKeyPasswdCommand.Create(context, options),
        };

    private static Command RepairCommand(CommandContext context, RepositoryLocationOptions options) =>
        new NounCommand("repair", "Repairs what check finds: the index first, then packs, then snapshots.")
        {
            RepositoryRepairIndexCommand.Create(context, options),
            RepositoryRepairPacksCommand.Create(context, options),
            RepositoryRepairSnapshotsCommand.Create(context, options),
        };
}
