using System.CommandLine;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository key add</c>: one more password.</summary>
internal static class RepositoryKeyAddCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options) =>
        RepositoryVerb.Create("add", "Adds a password; both open the repository.")
            .WithExamples("key add", "key add --new-password-file new-secret --user nightly")
            .WithNewKey(context, options, AddAsync, static id => $"key {id} added");

    private static async Task<ObjectId> AddAsync(OpenedRepository opened, NewKey key, CancellationToken cancellationToken)
    {
        await opened.ShareAsync(cancellationToken);
        return await opened.Repository.AddKeyAsync(key.Password, key.UserName, key.HostName, cancellationToken);
    }
}
