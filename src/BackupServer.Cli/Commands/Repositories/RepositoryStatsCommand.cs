using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Counting;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository stats</c>: what snapshots take.</summary>
internal static class RepositoryStatsCommand
{
    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var ids = SnapshotFilterOptions.Ids();
        var mode = ChoiceOption.Create(
            "--mode",
            "restore-size (what a restore writes), files-by-contents (different files), blobs-per-file (different blobs of each path), raw-data (what the repository stores)",
            "MODE",
            ("restore-size", CountMode.RestoreSize),
            ("files-by-contents", CountMode.FilesByContents),
            ("blobs-per-file", CountMode.BlobsPerFile),
            ("raw-data", CountMode.RawData));
        var filter = new SnapshotFilterOptions();
        var command = RepositoryVerb.Create("stats", "Counts what snapshots take.", ExitCodes.NotFound)
            .WithExamples("stats", "stats latest --mode files-by-contents", "stats --mode raw-data --host web");
        command.Add(ids);
        command.Add(mode);
        filter.AddTo(command);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
            RunAsync(address, parsed.GetValue(ids) ?? [], filter.Read(parsed), parsed.GetValue(mode), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, IReadOnlyList<string> ids, SnapshotFilter filter, CountMode mode, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAsync(cancellationToken);
        var snapshots = await filter.SelectAsync(opened.Repository, ids, cancellationToken);
        await opened.Repository.LoadIndexAsync(cancellationToken);
        var counts = await new SnapshotCounter(opened.Repository).CountAsync(mode, snapshots, cancellationToken);
        if (address.Json)
        {
            await address.Terminal.Out.WriteLineAsync(Node(mode, counts).ToJsonString());
            return ExitCodes.Ok;
        }

        Print(address.Terminal.Out, mode, counts);
        return ExitCodes.Ok;
    }

    private static JsonObject Node(CountMode mode, RepositoryCounts counts)
    {
        var node = new JsonObject { ["total_size"] = counts.Bytes, ["snapshots_count"] = counts.Snapshots };
        if (mode == CountMode.RawData)
        {
            node["total_uncompressed_size"] = counts.UncompressedBytes;
            node["compression_ratio"] = Ratio(counts.CompressedBlobsUncompressedBytes, counts.CompressedBlobsBytes);
            node["compression_progress"] = 100 * Ratio(counts.CompressedBlobsUncompressedBytes, counts.UncompressedBytes);
            node["compression_space_saving"] = counts.UncompressedBytes == 0 ? 0 : 100 * (1 - Ratio(counts.Bytes, counts.UncompressedBytes));
        }
        else
        {
            node["total_file_count"] = counts.Files;
        }

        if (mode is CountMode.RawData or CountMode.BlobsPerFile)
        {
            node["total_blob_count"] = counts.Blobs;
        }

        return node;
    }

    private static void Print(TextWriter output, CountMode mode, RepositoryCounts counts)
    {
        output.WriteLine($"snapshots: {counts.Snapshots}");
        if (mode != CountMode.RawData)
        {
            output.WriteLine($"{(mode == CountMode.RestoreSize ? "entries" : "files")}: {counts.Files}");
        }

        if (mode is CountMode.RawData or CountMode.BlobsPerFile)
        {
            output.WriteLine($"blobs: {counts.Blobs}");
        }

        output.WriteLine($"size: {Quantities.Bytes(counts.Bytes)}");
        if (mode == CountMode.RawData && counts.UncompressedBytes > 0)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"without compression: {Quantities.Bytes(counts.UncompressedBytes)}, {100 * (1 - Ratio(counts.Bytes, counts.UncompressedBytes)):0.0}% saved"));
        }
    }

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
