using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository version</c>: which format a repository has.</summary>
internal static class RepositoryVersionCommand
{
    // The engine opens no other; one of version 1 is refused with a reason.
    private const int Format = 2;

    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var command = RepositoryVerb.Create("version", "Prints id and format of a repository.").WithExamples("version --json");
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) => RunAsync(address, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var id = opened.Repository.Id;
        await address.Terminal.Out.WriteLineAsync(address.Json ? JsonText.Line(new { id, version = Format }) : $"{id}, restic format version {Format}");
        return ExitCodes.Ok;
    }
}
