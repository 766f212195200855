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

    public static Command Create(CommandContext context)
    {
        var options = new RepositoryLocationOptions();
        var command = new NounCommand("repository", "Works on any repository in the restic format; needs no cluster.")
        {
            Examples = Examples,
        };
        Command[] verbs =
        [
            RepositoryInitCommand.Create(context, options),
            RepositoryBackupCommand.Create(context, options),
            RepositoryRestoreCommand.Create(context, options),
            RepositorySnapshotsCommand.Create(context, options),
            RepositoryLsCommand.Create(context, options),
            RepositoryDumpCommand.Create(context, options),
            RepositoryCheckCommand.Create(context, options),
            RepositoryForgetCommand.Create(context, options),
            RepositoryPruneCommand.Create(context, options),
            new Command("key", "Passwords of a repository.")
            {
                RepositoryKeyListCommand.Create(context, options),
                RepositoryKeyAddCommand.Create(context, options),
                RepositoryKeyRemoveCommand.Create(context, options),
                RepositoryKeyPasswdCommand.Create(context, options),
            },
            RepositoryFindCommand.Create(context, options),
            RepositoryDiffCommand.Create(context, options),
            RepositoryStatsCommand.Create(context, options),
            RepositoryTagCommand.Create(context, options),
            RepositoryCopyCommand.Create(context, options),
            RepositoryRewriteCommand.Create(context, options),
            new NounCommand("repair", "Repairs what check finds: the index first, then packs, then snapshots.")
            {
                RepositoryRepairIndexCommand.Create(context, options),
                RepositoryRepairPacksCommand.Create(context, options),
                RepositoryRepairSnapshotsCommand.Create(context, options),
            },
            RepositoryCatCommand.Create(context, options),
            RepositoryUnlockCommand.Create(context, options),
            RepositoryVersionCommand.Create(context, options),
        ];
        foreach (var verb in verbs)
        {
            command.Add(verb);
        }

        options.AddTo(command);
        return command;
    }
}
