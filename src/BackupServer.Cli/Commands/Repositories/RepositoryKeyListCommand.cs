using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository key list</c>: which passwords open a repository, without the passwords.</summary>
internal static class RepositoryKeyListCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var command = RepositoryVerb.Create("list", "Lists the keys; the one in use is marked.")
            .WithExamples("key list", "key list --json");
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) => RunAsync(address, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        var keys = await opened.Repository.ListKeysAsync(cancellationToken);
        if (address.Json)
        {
            await address.Terminal.Out.WriteLineAsync(JsonText.Line(keys.Select(static key => new
            {
                id = key.Id,
                created = key.Created,
                user_name = key.UserName,
                host_name = key.HostName,
                current = key.IsCurrent,
            })));
            return ExitCodes.Ok;
        }

        var table = new TextTable("CURRENT", "ID", "CREATED", "USER", "HOST");
        foreach (var key in keys)
        {
            table.Add(key.IsCurrent ? "*" : "", key.Id.ToShortString(), Quantities.Time(key.Created), key.UserName, key.HostName);
        }

        table.Write(address.Terminal.Out);
        return ExitCodes.Ok;
    }
}
