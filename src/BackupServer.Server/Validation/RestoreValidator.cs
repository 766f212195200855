using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Abstractions.Resources.Restores;

namespace BackupServer.Server.Validation;

/// <summary>Checks the specification of a restore: every problem at once.</summary>
public static class RestoreValidator
{
    private static readonly string[] NeverRestored =
    [
        "nodes", "node", "events", "event", "events.events.k8s.io", "csinodes.storage.k8s.io", "csinodes", "volumeattachments.storage.k8s.io", "volumeattachments",
        "leases.coordination.k8s.io", "leases", "backups.backupserver.io", "restores.backupserver.io", "backuprepositories.backupserver.io",
    ];

    /// <summary>Checks a restore.</summary>
    public static RestoreValidation Validate(Restore restore, ValidationContext context)
    {
        var problems = new List<string>();
        var spec = restore.Spec;
        var backup = BackupOf(spec, context, problems);
        var location = LocationOf(backup, context, problems);
        FilterRules.CheckNamespaces(spec.IncludedNamespaces, spec.ExcludedNamespaces, problems);
        FilterRules.CheckResources(spec.IncludedResources, spec.ExcludedResources, problems);
        FilterRules.CheckSelectors(spec.LabelSelector, spec.OrLabelSelectors, problems);
        foreach (var kind in (spec.IncludedResources ?? []).Intersect(NeverRestored))
        {
            problems.Add($"spec.includedResources: \"{kind}\" is never restored");
        }

        CheckNames("spec.namespaceMapping", spec.NamespaceMapping, FilterRules.ProblemOfNamespace, problems);
        CheckNames("spec.storageClassMapping", spec.StorageClassMapping, FilterRules.ProblemOfName, problems);
        CheckMapping(restore, context, problems);
        return new RestoreValidation(problems, backup, location);
    }

    // Whether the keys are in the backup only its contents tell: the plan refuses those that are not.
    private static void CheckNames(string field, Dictionary<string, string>? mapping, Func<string, string?> problemOf, List<string> problems)
    {
        foreach (var (from, to) in mapping ?? [])
        {
            if (problemOf(from) is { } ofKey)
            {
                problems.Add($"{field}: key \"{from}\" {ofKey}");
            }

            if (problemOf(to) is { } ofValue)
            {
                problems.Add($"{field}[{from}]: \"{to}\" {ofValue}");
            }
        }
    }

    private static void CheckMapping(Restore restore, ValidationContext context, List<string> problems)
    {
        foreach (var sources in (restore.Spec.NamespaceMapping ?? []).GroupBy(m => m.Value, m => m.Key).Where(g => g.Count() > 1))
        {
            problems.Add($"spec.namespaceMapping: {string.Join(" and ", sources.Order(StringComparer.Ordinal))} both map to \"{sources.Key}\", where objects of equal names would collide");
        }

        if (TenantRules.OnlyNamespace(restore.Metadata.Namespace, context.ServerNamespace) is { } only)
        {
            foreach (var target in (restore.Spec.NamespaceMapping ?? []).Values.Where(v => v != only))
            {
                problems.Add($"spec.namespaceMapping: \"{target}\" is outside of namespace {only}; restores outside of {context.ServerNamespace} concern their own namespace only");
            }

            if (restore.Spec.IncludeClusterResources == true)
            {
                problems.Add($"spec.includeClusterResources: true is allowed in namespace {context.ServerNamespace} only");
            }
        }
    }

    private static Backup? BackupOf(RestoreSpec spec, ValidationContext context, List<string> problems)
    {
        if (spec.BackupName is { Length: > 0 } == spec.ScheduleName is { Length: > 0 })
        {
            problems.Add("spec.backupName: exactly one of backupName and scheduleName is needed");
            return null;
        }

        return spec.ScheduleName is { Length: > 0 } schedule ? NewestOf(schedule, spec.PointInTime, context, problems) : Named(spec.BackupName!, context, problems);
    }

    private static Backup? Named(string name, ValidationContext context, List<string> problems)
    {
        var backup = context.Backups.FirstOrDefault(b => b.Metadata.Name == name);
        if (backup is null)
        {
            problems.Add($"spec.backupName: there is no Backup \"{name}\"; a backup of another cluster appears once its location is synchronised");
        }
        else if (!CanBeRestored(backup))
        {
            problems.Add($"spec.backupName: backup \"{name}\" is {backup.Status?.Phase ?? BackupPhase.New} and holds nothing to restore");
            return null;
        }

        return backup;
    }

    private static Backup? NewestOf(string schedule, DateTimeOffset? pointInTime, ValidationContext context, List<string> problems)
    {
        var ofSchedule = context.Backups.Where(b => b.Metadata.Labels?.GetValueOrDefault(Labels.ScheduleName) == ShortLabel.Of(schedule)).ToList();
        if (ofSchedule.Count == 0 && !context.Schedules.Contains(schedule))
        {
            problems.Add(
                $"spec.scheduleName: there is no BackupSchedule \"{schedule}\", and no backup was made by one of that name; " +
                (context.Schedules.Count == 0 ? "there are no schedules here" : $"there are: {string.Join(", ", context.Schedules.Order(StringComparer.Ordinal))}"));
            return null;
        }

        var newest = ofSchedule
            .Where(b => b.Status?.Phase == BackupPhase.Completed && CanBeRestored(b))
            .Where(b => pointInTime is null || b.Status!.StartTimestamp <= pointInTime)
            .MaxBy(b => b.Status!.StartTimestamp);
        if (newest is null)
        {
            problems.Add($"spec.scheduleName: schedule \"{schedule}\" has no completed backup{(pointInTime is null ? "" : $" up to spec.pointInTime {pointInTime:yyyy-MM-dd'T'HH:mm:ssK}")}");
        }

        return newest;
    }

    private static bool CanBeRestored(Backup backup) =>
        backup.Status is { Phase: BackupPhase.Completed or BackupPhase.PartiallyFailed, SnapshotId: not null };

    private static BackupStorageLocation? LocationOf(Backup? backup, ValidationContext context, List<string> problems)
    {
        if (backup is null)
        {
            return null;
        }

        var name = backup.Spec.StorageLocation ?? "";
        var location = context.Locations.FirstOrDefault(l => l.Metadata.Name == name);
        if (location is null)
        {
            problems.Add($"spec.backupName: backup \"{backup.Metadata.Name}\" is in location \"{name}\", which does not exist in namespace {context.ServerNamespace}");
        }
        else if (location.Status?.Phase == BackupStorageLocationPhase.Unavailable)
        {
            problems.Add($"spec.backupName: backup \"{backup.Metadata.Name}\" is in location \"{name}\", which is unavailable: {location.Status.Message}");
        }

        return location;
    }
}
