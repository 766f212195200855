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
        var command = RepositoryVerb.Create("add", "Adds a password.")
            .WithExamples("key add --new-password-file new-secret");
        var user = new Option<string?>("--user") { Description = "user name in the key file (default: this process's)", HelpName = "NAME" };
        var host = new Option<string?>("--host") { Description = "host name in the key file (default: this machine's)", HelpName = "NAME" };
        command.Add(file);
        command.Add(user);
        command.Add(host);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) => RunAsync(address, parsed.GetValue(file)!, parsed.GetValue(user), parsed.GetValue(host), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, string newPasswordFile, string? user, string? host, CancellationToken cancellationToken)
    {
        var password = await PasswordFile.ReadAsync(newPasswordFile, address.Terminal, cancellationToken);
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAsync(cancellationToken);
        var id = await opened.Repository.AddKeyAsync(password, user, host, cancellationToken);
        await address.Terminal.Out.WriteLineAsync(address.Json ? JsonText.Line(new { added = id }) : $"key {id.ToShortString()} added");
        return ExitCodes.Ok;
    }
}
