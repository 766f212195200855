using System.CommandLine;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository key passwd</c>: another password instead of the one in use.</summary>
internal static class RepositoryKeyPasswdCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options) =>
        RepositoryVerb.Create("passwd", "Replaces the password in use. Other keys stay.")
            .WithExamples("key passwd", "key passwd --new-password-file new-secret")
            .WithNewKey(context, options, ChangeAsync, static id => $"password changed; its key is {id}");

    private static async Task<ObjectId> ChangeAsync(OpenedRepository opened, NewKey key, CancellationToken cancellationToken)
    {
        _ = await opened.LockAsync(cancellationToken);
        return await opened.Repository.ChangePasswordAsync(key.Password, key.UserName, key.HostName, cancellationToken);
    }
}
