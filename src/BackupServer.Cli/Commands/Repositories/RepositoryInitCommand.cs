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
        var copy = new Option<bool>("--copy-chunker-params") { Description = "cut files at the same places as the repository of --from-repo, so that copies from it de-duplicate" };
        var source = new SourceRepositoryOptions();
        var command = new VerbCommand("init", "Makes a repository; never where one, or remains of one, is.", ExitCodes.NoRepository, ExitCodes.WrongPassword)
            .WithExamples("init --repo /srv/backups --password-file secret", "init --repo /mnt/second --password-file two --from-repo /srv/backups --from-password-file secret --copy-chunker-params");
        command.Add(copy);
        source.AddTo(command);
        command.SetRepositoryAction(context, options, async (parsed, address, cancellationToken) =>
            await RunAsync(address, parsed.GetValue(copy) ? await source.ReadAsync(parsed, address, cancellationToken) : null, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, RepositoryAddress? chunkerOf, CancellationToken cancellationToken)
    {
        var options = new RepositoryOptions();
        if (chunkerOf is not null)
        {
            await using var source = await chunkerOf.OpenAsync(cancellationToken);
            options = options with { ChunkerPolynomial = source.Repository.ChunkerPolynomial };
        }

        await using var place = await address.OpenPlaceAsync(cancellationToken);
        await using var repository = await Repository.Repository.InitAsync(place.Backend, address.Password, options, address.Time, cancellationToken);
        await address.Terminal.Out.WriteLineAsync(address.Json
            ? JsonText.Line(new { message_type = "initialized", id = repository.Id, repository = address.Repo })
            : $"made repository {repository.Id.ToShortString()} at {repository.Location}; without its password nobody can read it, you neither");
        return ExitCodes.Ok;
    }
}
