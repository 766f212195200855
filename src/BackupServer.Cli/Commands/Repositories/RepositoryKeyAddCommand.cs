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
        var file = new Option<string>("--new-password-file") { Description = "file with the new password", HelpName = "FILE", Required = true };
        var command = RepositoryVerb.Create("add", "Adds a password.");
        command.Add(file);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) => RunAsync(address, parsed.GetValue(file)!, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, string newPasswordFile, CancellationToken cancellationToken)
    {
        var password = await PasswordFile.ReadAsync(newPasswordFile, address.Terminal, cancellationToken);
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAsync(cancellationToken);
        var id = await opened.Repository.AddKeyAsync(password, cancellationToken);
        await address.Terminal.Out.WriteLineAsync(address.Json ? JsonText.Line(new { added = id }) : $"key {id.ToShortString()} added");
        return ExitCodes.Ok;
    }
}
