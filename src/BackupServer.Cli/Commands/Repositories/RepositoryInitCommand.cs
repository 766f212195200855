using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository init</c>: makes a repository where none is.</summary>
internal static class RepositoryInitCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var command = new VerbCommand("init", "Makes a repository; never where one, or remains of one, is.");
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) => RunAsync(address, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, CancellationToken cancellationToken)
    {
        await using var place = await address.OpenPlaceAsync(cancellationToken);
        await using var repository = await Repository.Repository.InitAsync(place.Backend, address.Password, new RepositoryOptions(), address.Time, cancellationToken);
        await address.Terminal.Out.WriteLineAsync(address.Json
            ? JsonText.Line(new { message_type = "initialized", id = repository.Id, repository = address.Repo })
            : $"made repository {repository.Id.ToShortString()} at {repository.Location}; without its password nobody can read it, you neither");
        return ExitCodes.Ok;
    }
}
