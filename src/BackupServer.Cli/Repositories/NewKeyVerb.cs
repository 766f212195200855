using BackupServer.Cli.Output;
using BackupServer.Cli.Running;
using BackupServer.Repository;

namespace BackupServer.Cli.Repositories;

/// <summary>Verbs that make a key.</summary>
internal static class NewKeyVerb
{
    /// <summary>Gives a verb its options and what it does.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="context">Where it runs.</param>
    /// <param name="options">Options of the repository.</param>
    /// <param name="make">Takes the lock that it needs, and makes the key.</param>
    /// <param name="tell">Says what was done.</param>
    public static VerbCommand WithNewKey(
        this VerbCommand command, CommandContext context, RepositoryLocationOptions options, Func<OpenedRepository, NewKey, CancellationToken, Task<ObjectId>> make, Func<string, string> tell)
    {
        var key = new NewKeyOptions();
        key.AddTo(command);
        command.SetRepositoryAction(context, options, async (parsed, address, cancellationToken) =>
        {
            var wanted = await key.ReadAsync(parsed, context.Terminal, cancellationToken);
            await using var opened = await address.OpenAsync(cancellationToken);
            var id = await make(opened, wanted, cancellationToken);
            await address.Terminal.Out.WriteLineAsync(address.Json ? JsonText.Line(new { added = id }) : tell(id.ToShortString()));
            return ExitCodes.Ok;
        });
        return command;
    }
}
