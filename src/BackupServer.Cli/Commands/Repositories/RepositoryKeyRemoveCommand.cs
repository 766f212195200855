using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository key remove</c>: one password less.</summary>
internal static class RepositoryKeyRemoveCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var id = new Argument<string>("ID") { Description = "key: its id, or the beginning of it" };
        var command = RepositoryVerb.Create("remove", "Removes a password; never the one in use.", ExitCodes.NotFound)
            .WithExamples("key remove 1a2b3c4d");
        command.Add(id);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) => RunAsync(address, parsed.GetValue(id)!, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, string id, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        _ = await opened.LockAsync(cancellationToken);
        var keys = await opened.Repository.ListKeysAsync(cancellationToken);
        var removed = keys.Where(key => id.Length > 0 && key.Id.ToString().StartsWith(id, StringComparison.OrdinalIgnoreCase)).Select(static key => key.Id).ToList() switch
        {
            [var only] => only,
            [] => throw CommandException.NotFound($"{opened.Repository.Location} has no key '{id}'; 'repository key list' tells which there are"),
            _ => throw new CommandException($"several keys begin with '{id}'; give more digits"),
        };
        await opened.Repository.RemoveKeyAsync(removed, cancellationToken);
        await address.Terminal.Out.WriteLineAsync(address.Json ? JsonText.Line(new { removed }) : $"key {removed.ToShortString()} removed");
        return ExitCodes.Ok;
    }
}
