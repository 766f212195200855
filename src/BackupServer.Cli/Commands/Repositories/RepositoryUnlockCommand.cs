using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Locking;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository unlock</c>: removes locks that were left behind.</summary>
internal static class RepositoryUnlockCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var all = new Option<bool>("--remove-all") { Description = "also locks whose owners may be alive" };
        var command = RepositoryVerb.Create("unlock", "Removes locks that were left behind: older than half an hour, or of processes of this machine that are gone.")
            .WithExamples("unlock", "unlock --remove-all      (only when nobody works with the repository)");
        command.Add(all);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) => RunAsync(address, parsed.GetValue(all), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, bool all, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var removed = await RepositoryLock.UnlockAsync(opened.Repository, new LockOptions(), all, cancellationToken);
        await address.Terminal.Out.WriteLineAsync(address.Json ? JsonText.Line(new { removed }) : $"{removed} locks removed");
        return ExitCodes.Ok;
    }
}
