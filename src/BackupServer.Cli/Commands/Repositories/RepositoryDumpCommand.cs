using System.CommandLine;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Browsing;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository dump</c>: one file of a snapshot, as it is.</summary>
internal static class RepositoryDumpCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var snapshot = new Argument<string>("ID") { Description = "snapshot: an id, its beginning, or latest" };
        var file = new Argument<string>("FILE") { Description = "path of the file in the snapshot" };
        var command = RepositoryVerb.Create("dump", "Writes one file of a snapshot to standard output.", ExitCodes.NotFound);
        command.Add(snapshot);
        command.Add(file);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
            RunAsync(address, parsed.GetValue(snapshot)!, parsed.GetValue(file)!, cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, string id, string file, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAndLoadIndexAsync(cancellationToken);
        var snapshot = await SnapshotReader.OpenAsync(opened.Repository, id, cancellationToken);
        await using var content = await snapshot.OpenFileAsync(file, cancellationToken);
        await using var output = address.Terminal.OpenBinaryOut();
        await content.CopyToAsync(output, cancellationToken);
        return ExitCodes.Ok;
    }
}
