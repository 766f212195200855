using System.CommandLine;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary>The noun <c>repository</c>: the engine on any repository in the restic format, without a cluster.</summary>
internal static class RepositoryCommands
{
    public static Command Create(CommandContext context)
    {
        var options = new RepositoryLocationOptions();
        var command = new Command("repository", "Works on any repository in the restic format; needs no cluster.")
        {
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
            RepositoryUnlockCommand.Create(context, options),
            RepositoryVersionCommand.Create(context, options),
        };
        options.AddTo(command);
        return command;
    }
}
