using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository key passwd</c>: another password instead of the one in use.</summary>
internal static class RepositoryKeyPasswdCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var key = new NewKeyOptions();
        var command = RepositoryVerb.Create("passwd", "Replaces the password in use. Other keys stay.")
            .WithExamples("key passwd", "key passwd --new-password-file new-secret");
        key.AddTo(command);
        command.SetRepositoryAction(context, options, async (parsed, address, cancellationToken) =>
            await RunAsync(address, await key.ReadAsync(parsed, context.Terminal, cancellationToken), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, NewKey key, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        _ = await opened.LockAsync(cancellationToken);
        var id = await opened.Repository.ChangePasswordAsync(key.Password, key.UserName, key.HostName, cancellationToken);
        await address.Terminal.Out.WriteLineAsync(address.Json ? JsonText.Line(new { added = id }) : $"password changed; its key is {id.ToShortString()}");
        return ExitCodes.Ok;
    }
}
