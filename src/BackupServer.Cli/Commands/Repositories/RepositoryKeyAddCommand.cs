using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository key add</c>: one more password.</summary>
internal static class RepositoryKeyAddCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var key = new NewKeyOptions();
        var command = RepositoryVerb.Create("add", "Adds a password; both open the repository.")
            .WithExamples("key add", "key add --new-password-file new-secret --user nightly");
        key.AddTo(command);
        command.SetRepositoryAction(context, options, async (parsed, address, cancellationToken) =>
            await RunAsync(address, await key.ReadAsync(parsed, context.Terminal, cancellationToken), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, NewKey key, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAsync(cancellationToken);
        var id = await opened.Repository.AddKeyAsync(key.Password, key.UserName, key.HostName, cancellationToken);
        await address.Terminal.Out.WriteLineAsync(address.Json ? JsonText.Line(new { added = id }) : $"key {id.ToShortString()} added");
        return ExitCodes.Ok;
    }
}
