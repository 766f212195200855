using System.CommandLine;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Restores;

/// <summary><c>restore describe</c>: everything about a restore.</summary>
internal static class RestoreDescribeCommand
{
    public static Command Create(CommandContext context)
    {
        var selection = new SelectionOptions();
        var command = new VerbCommand("describe", "Tells everything about restores.", ExitCodes.NotFound);
        selection.AddForReading(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(cluster, selection.Read(parsed), cancellationToken));
        return command;
    }

    public static Task<int> RunAsync(Cluster cluster, ObjectSelection selection, CancellationToken cancellationToken) =>
        ObjectKind<Restore>.DescribeAsync(cluster, selection, Describe, cancellationToken);

    private static void Describe(Restore restore, Description text)
    {
        text.Line("Name", restore.Metadata.Name);
        text.Line("Namespace", restore.Metadata.Namespace);
        text.Line("Labels", restore.Metadata.Labels);
        text.Line("Phase", restore.Status?.Phase ?? RestorePhase.New);
        text.List("Validation errors", restore.Status?.ValidationErrors);
        text.Line("Backup", restore.Spec.BackupName ?? restore.Status?.BackupName);
        text.Line("Schedule", restore.Spec.ScheduleName);
        text.Line("Point in time", restore.Spec.PointInTime);
        text.Section("Brings back", () => DescribeSpec(restore.Spec, text));
        if (restore.Status is { } status)
        {
            DescribeResult(status, text);
        }
    }

    private static void DescribeSpec(RestoreSpec spec, Description text)
    {
        text.Line("Included namespaces", spec.IncludedNamespaces ?? ["*"]);
        text.Line("Excluded namespaces", spec.ExcludedNamespaces);
        text.Line("Included resources", spec.IncludedResources ?? ["*"]);
        text.Line("Excluded resources", spec.ExcludedResources);
        text.Line("Cluster-scoped objects", spec.IncludeClusterResources is { } all ? all ? "all" : "none" : "as the namespaces need");
        text.Line("Label selector", spec.LabelSelector is null ? null : LabelSelectorText.Format(spec.LabelSelector));
        text.Line("Or selectors", spec.OrLabelSelectors?.Select(LabelSelectorText.Format).Select(static selector => $"({selector})"));
        text.Line("Namespace mapping", spec.NamespaceMapping, " to ");
        text.Line("StorageClass mapping", spec.StorageClassMapping, " to ");
        text.Line("Existing objects", spec.ExistingResourcePolicy == ExistingResourcePolicy.Update ? "are patched" : "stay as they are");
        text.Line("Volumes' data", spec.RestorePVs ?? true ? "restored" : "not restored");
        text.Line("Dry run", spec.DryRun);
    }

    private static void DescribeResult(RestoreStatus status, Description text)
    {
        text.Line("Started", status.StartTimestamp);
        text.Line("Ended", status.CompletionTimestamp);
        if (status.Progress is { } progress)
        {
            text.Line("Objects", $"{progress.ItemsRestored} of {progress.TotalItems}");
            text.Line("Volumes", progress.TotalBytes == 0 ? null : $"{Quantities.Bytes(progress.BytesDone)} of {Quantities.Bytes(progress.TotalBytes)}");
        }

        text.List("Conditions", status.Conditions?.Select(static condition => $"{condition.Type}: {condition.Status} {condition.Message}".TrimEnd()));
        text.Line("Errors", status.Errors);
        text.Line("Warnings", status.Warnings);
        text.List("Messages", status.Messages);
    }
}
