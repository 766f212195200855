using System.CommandLine;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Backups;

/// <summary><c>backup describe</c>: everything about a backup.</summary>
internal static class BackupDescribeCommand
{
    public static Command Create(CommandContext context)
    {
        var selection = new SelectionOptions();
        var command = new VerbCommand("describe", "Tells everything about backups.", ExitCodes.NotFound);
        selection.AddForReading(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(cluster, selection.Read(parsed), cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(Cluster cluster, ObjectSelection selection, CancellationToken cancellationToken) =>
        ObjectKind<Backup>.DescribeAsync(cluster, selection, Describe, cancellationToken);

    /// <summary>Describes what a backup takes; also used for the template of a schedule.</summary>
    public static void DescribeSpec(BackupSpec spec, Description text)
    {
        text.Line("Included namespaces", spec.IncludedNamespaces is { Count: > 0 } namespaces ? namespaces : ["*"]);
        text.Line("Excluded namespaces", spec.ExcludedNamespaces);
        text.Line("Included resources", spec.IncludedResources is { Count: > 0 } resources ? resources : ["*"]);
        text.Line("Excluded resources", spec.ExcludedResources);
        text.Line("Cluster-scoped objects", (spec.IncludeClusterResources ?? (TakesAllNamespaces(spec) ? true : null)) is { } all ? all ? "all" : "none" : "as the namespaces need");
        text.Line("Label selector", spec.LabelSelector is null ? null : LabelSelectorText.Format(spec.LabelSelector));
        text.Line("Or selectors", spec.OrLabelSelectors?.Select(LabelSelectorText.Format).Select(static selector => $"({selector})"));
        text.Line("Copy volumes' files", spec.DefaultVolumesToFsBackup is { } optOut ? optOut ? "unless opted out" : "only opted in" : "as the server is set");
        text.Line("Storage location", spec.StorageLocation ?? "the default one");
        text.Line("Time to live", spec.Ttl);
        text.Line("Verification", spec.Verification);
    }

    private static bool TakesAllNamespaces(BackupSpec spec) =>
        spec.IncludedNamespaces is null or [] or ["*"] && spec.ExcludedNamespaces is null or [];

    private static void Describe(Backup backup, Description text)
    {
        text.Line("Name", backup.Metadata.Name);
        text.Line("Namespace", backup.Metadata.Namespace);
        text.Line("Labels", backup.Metadata.Labels);
        text.Line("Phase", backup.Status?.Phase ?? BackupPhase.New);
        text.List("Validation errors", backup.Status?.ValidationErrors);
        text.Section("Takes", () => DescribeSpec(backup.Spec, text));
        if (backup.Status is { } status)
        {
            DescribeResult(status, text);
        }
    }

    private static void DescribeResult(BackupStatus status, Description text)
    {
        text.Line("Started", status.StartTimestamp);
        text.Line("Ended", status.CompletionTimestamp);
        text.Line("Expires", status.Expiration);
        text.Line("Snapshot", status.SnapshotId);
        if (status.Progress is { } progress)
        {
            text.Line("Objects", $"{progress.ItemsBackedUp} of {progress.TotalItems}");
        }

        if (status.Size is { } size)
        {
            text.Line("Size", $"{Quantities.Bytes(size.Raw)}, of which {Quantities.Bytes(size.Added)} are new, stored in {Quantities.Bytes(size.Stored)}");
        }

        if (status.Coverage is { } coverage)
        {
            text.Line("Coverage", $"{coverage.Protected} protected, {coverage.Unprotected} not");
            text.List("Not protected", coverage.UnprotectedItems);
        }

        text.List("Volumes", status.Volumes?.Select(Volume));
        text.List("Conditions", status.Conditions?.Select(static condition => $"{condition.Type}: {condition.Status} {condition.Message}".TrimEnd()));
        text.Line("Errors", status.Errors);
        text.Line("Warnings", status.Warnings);
        text.List("Messages", status.Messages);
    }

    private static string Volume(BackupVolumeSummary volume)
    {
        var name = volume.Claim is { Length: > 0 } claim ? claim : volume.PodVolume ?? volume.Volume ?? "";
        return volume.Method == VolumeMethod.Skip
            ? $"{name}: {volume.Method} ({volume.Reason})"
            : $"{name}: {volume.Method}, {volume.Files} files, {Quantities.Bytes(volume.Bytes)}{(volume.Reason is null ? "" : $" ({volume.Reason})")}";
    }
}
