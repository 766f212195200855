using System.CommandLine;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Dumping;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository dump</c>: one file of a snapshot as it is, or a directory as an archive.</summary>
internal static class RepositoryDumpCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var snapshot = new Argument<string>("ID[:PATH]") { Description = "snapshot: an id, its beginning, or latest; with a path FILE begins there" };
        var file = new Argument<string>("FILE") { Description = "path of the file or directory in the snapshot" };
        var archive = new Option<string>("--archive", "-a") { Description = "how a directory is written: tar or zip", HelpName = "FORMAT", DefaultValueFactory = static _ => "tar" }.AcceptOnlyFromAmong("tar", "zip");
        var target = new Option<string?>("--target", "-t") { Description = "file to write instead of standard output", HelpName = "FILE" };
        var filter = new SnapshotFilterOptions();
        var command = RepositoryVerb.Create("dump", "Writes a file of a snapshot, or a directory as an archive, to standard output.", ExitCodes.NotFound)
            .WithExamples("dump latest /etc/hosts", "dump latest /srv > srv.tar", "dump 1a2b3c4d /home/me --archive zip --target me.zip");
        command.Add(snapshot);
        command.Add(file);
        command.Add(archive);
        command.Add(target);
        filter.AddTo(command);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            var (id, start) = SnapshotPath.Parse(parsed.GetValue(snapshot)!);
            var format = parsed.GetValue(archive) == "zip" ? DumpFormat.Zip : DumpFormat.Tar;
            return RunAsync(address, filter.Read(parsed), id, start, parsed.GetValue(file)!, format, parsed.GetValue(target), cancellationToken);
        });
        return command;
    }

    public static async Task<int> RunAsync(
        RepositoryAddress address, SnapshotFilter filter, string id, string start, string file, DumpFormat format, string? target, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAndLoadIndexAsync(cancellationToken);
        var snapshot = await filter.FindAsync(opened.Repository, id, cancellationToken);
        var reader = await new SnapshotReader(opened.Repository, snapshot).BelowAsync(start, cancellationToken);
        var entry = await reader.FindAsync(file, cancellationToken)
            ?? throw CommandException.NotFound($"snapshot {snapshot.Id.ToShortString()} has no '{file}'; list it to see its paths");
        await using var content = entry.Node.Type == NodeType.Directory ? null : reader.OpenContent(entry.Node);
        await using var output = target is null ? address.Terminal.OpenBinaryOut() : File.Create(target);
        await (content is null ? new SnapshotDumper(reader).DumpAsync(file, format, output, cancellationToken) : content.CopyToAsync(output, cancellationToken));
        return ExitCodes.Ok;
    }
}
