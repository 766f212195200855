using System.CommandLine;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Cli.Commands.Backups;

/// <summary><c>backup download</c>: the objects of a backup as an archive in Velero's layout.</summary>
internal static class BackupDownloadCommand
{
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public static Command Create(CommandContext context)
    {
        var contents = new ContentsOptions();
        var output = new Option<string?>("--output", "-o") { Description = "file to write (default: NAME-data.tar.gz)", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "replace the file" };
        var command = new VerbCommand("download", "Writes the objects of a backup into a tar.gz, laid out as Velero's.", ExitCodes.NotFound, ExitCodes.WrongPassword) { output, force };
        contents.AddTo(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(
            cluster, contents.Name(parsed), contents.ServerNamespace(parsed), parsed.GetValue(output) ?? $"{contents.Name(parsed)}-data.tar.gz", parsed.GetValue(force), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(Cluster cluster, string name, string? serverNamespace, string file, bool force, CancellationToken cancellationToken)
    {
        if (!force && File.Exists(file))
        {
            throw new CommandException($"{file} exists; say --force to replace it");
        }

        await using var backup = await BackupContents.OpenAsync(cluster, name, serverNamespace, cancellationToken);
        // Under another name until it is whole: half an archive looks like one.
        var partial = file + ".partial";
        try
        {
            var count = await ProgressDisplay.RunAsync(cluster.Terminal, cluster.Time, quiet: false, progress => WriteAsync(backup, partial, cluster.Time, progress, cancellationToken));
            File.Move(partial, file, overwrite: true);
            await cluster.Terminal.Out.WriteLineAsync($"{count} objects written to {file}");
            return ExitCodes.Ok;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static async Task<int> WriteAsync(BackupContents backup, string file, TimeProvider time, IProgress<ProgressState> progress, CancellationToken cancellationToken)
    {
        // It holds Secrets: for its owner's eyes only.
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite, Options = FileOptions.Asynchronous };
        await using var stream = new FileStream(file, options);
        await using var gzip = new GZipStream(stream, CompressionLevel.Optimal);
        await using var tar = new TarWriter(gzip, TarEntryFormat.Pax);
        var now = time.GetUtcNow();
        var count = 0;
        await AddAsync("metadata/version", Encoding.ASCII.GetBytes("1.1.0\n"));
        await foreach (var (line, content) in backup.ReadObjectsAsync(cancellationToken))
        {
            await AddAsync(PathOf(line, ""), content);
            await AddAsync(PathOf(line, $"/{line.Version}-preferredversion"), content);
            progress.Report(new ProgressState("writing", $"{++count} objects, {line.Reference.Resource}"));
        }

        return count;

        Task AddAsync(string path, byte[] content) =>
            tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path) { Mode = Mode, ModificationTime = now, DataStream = new MemoryStream(content) }, cancellationToken);
    }

    private static string PathOf(IndexLine line, string version)
    {
        var directory = line.Namespace.Length == 0 ? "cluster" : $"namespaces/{line.Namespace}";
        return $"resources/{line.Reference.Resource}{version}/{directory}/{line.Name}.json";
    }
}
