using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Inspecting;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository list</c>: names of the objects of the format, for scripts.</summary>
internal static class RepositoryListCommand
{
    private static readonly string[] Kinds = ["snapshots", "index", "packs", "blobs", "keys", "locks"];

    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var kind = new Argument<string>("OBJECTS") { Description = string.Join(", ", Kinds) }.AcceptOnlyFromAmong(Kinds);
        var command = RepositoryVerb.Create("list", "Lists the ids of objects, one on each line; a blob's type comes before its id.")
            .WithExamples("list snapshots", "list packs", "list blobs --json");
        command.Add(kind);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) => RunAsync(address, parsed.GetValue(kind)!, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, string kind, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        if (kind != "locks")
        {
            // Who asks for locks does not want to see his own.
            await opened.ShareAsync(cancellationToken);
        }

        if (kind == "blobs")
        {
            await opened.Repository.LoadIndexAsync(cancellationToken);
        }

        var inspector = new RepositoryInspector(opened.Repository);
        var names = kind == "blobs"
            ? inspector.ListBlobs().Select(static blob => $"{blob.Type.ToString().ToLowerInvariant()} {blob.Id}")
            : (await inspector.ListAsync(Enum.Parse<StoredKind>(kind, ignoreCase: true), cancellationToken)).Select(static id => id.ToString());
        if (address.Json)
        {
            await address.Terminal.Out.WriteLineAsync(JsonText.Line(names));
            return ExitCodes.Ok;
        }

        foreach (var name in names)
        {
            await address.Terminal.Out.WriteLineAsync(name);
        }

        return ExitCodes.Ok;
    }
}
