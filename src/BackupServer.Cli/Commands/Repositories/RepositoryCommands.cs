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
        "repository init --repo /mnt/nas/backups --password-command 'pass show backup'",
        "repository backup /home /etc --tag nightly --exclude '*.tmp'",
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
        ("list", RepositoryListCommand.Create),
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
            Topics = RepositoryHelp.Topics,
            Codes = [.. ExitCodes.Always.Concat([ExitCodes.PartiallyFailed, ExitCodes.NotFound, ExitCodes.NoRepository, ExitCodes.Locked, ExitCodes.WrongPassword]).Order()],
        };
        var one = Verbs.Where(known => known.Name == verb).ToList();
        foreach (var (_, create) in one.Count > 0 ? one : Verbs)
        {
            command.Add(create(context, options));
        }

        options.AddTo(command);
        return command;
    }

    private static Command KeyCommand(CommandContext context, RepositoryLocationOptions options)
    {
        var command = new NounCommand("key", "Passwords of a repository. Each key opens all of it; losing all of them loses the repository.")
        {
            Examples = ["repository key list", "repository key add", "repository key passwd --new-password-file new-secret", "repository key remove 1a2b3c4d"],
        };
        command.Add(RepositoryKeyListCommand.Create(context, options));
        command.Add(RepositoryKeyAddCommand.Create(context, options));
        command.Add(RepositoryKeyRemoveCommand.Create(context, options));
        command.Add(RepositoryKeyPasswdCommand.Create(context, options));
        return command;
    }

    private static Command RepairCommand(CommandContext context, RepositoryLocationOptions options)
    {
        var command = new NounCommand("repair", "Repairs what check finds: the index first, then packs, then snapshots.")
        {
            Examples = ["repository check", "repository repair index", "repository repair packs 8d1f0e2c", "repository repair snapshots --forget", "repository check --read-data"],
        };
        command.Add(RepositoryRepairIndexCommand.Create(context, options));
        command.Add(RepositoryRepairPacksCommand.Create(context, options));
        command.Add(RepositoryRepairSnapshotsCommand.Create(context, options));
        return command;
    }
}
