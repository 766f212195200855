using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Engine.Selecting;

namespace BackupServer.Server.Validation;

/// <summary>Checks the specification of a backup: every problem at once.</summary>
public static class BackupValidator
{
    /// <summary>Checks a backup.</summary>
    public static BackupValidation Validate(Backup backup, ValidationContext context)
    {
        var problems = new List<string>();
        var location = CheckSpec(backup.Spec, backup.Metadata.Namespace, context, problems);
        if (backup.Metadata.Labels?.ContainsKey(Labels.ScheduleName) != true)
        {
            // A schedule's backup of everything else is worth more than its refusal: it names the kind and is PartiallyFailed.
            problems.AddRange(UnknownKinds(backup.Spec, context));
        }

        return new BackupValidation(problems, location);
    }

    /// <summary>Kinds that the cluster does not have.</summary>
    internal static IEnumerable<string> UnknownKinds(BackupSpec spec, ValidationContext context) => context.Kinds is not { } catalog
        ? []
        : KindProblems.Of(spec.IncludedResources, spec.ExcludedResources, catalog, "is not a resource of this cluster").Select(problem => problem.ToString());

    /// <summary>Checks everything else, for a backup in a namespace; for templates of schedules too.</summary>
    internal static BackupStorageLocation? CheckSpec(BackupSpec spec, string? ns, ValidationContext context, ICollection<string> problems)
    {
        var location = LocationOf(spec, context, problems);
        FilterRules.CheckNamespaces(spec.IncludedNamespaces, spec.ExcludedNamespaces, problems);
        FilterRules.CheckResources(spec.IncludedResources, spec.ExcludedResources, problems);
        FilterRules.CheckSelectors(spec.LabelSelector, spec.OrLabelSelectors, problems);
        CheckPositive("spec.ttl", spec.Ttl, problems);
        CheckPositive("spec.itemOperationTimeout", spec.ItemOperationTimeout, problems);
        TenantRules.Check(ns, context.ServerNamespace, spec.IncludedNamespaces, spec.IncludeClusterResources, problems);
        return location;
    }

    private static void CheckPositive(string field, TimeSpan? value, ICollection<string> problems)
    {
        if (value <= TimeSpan.Zero)
        {
            problems.Add($"{field}: \"{GoDuration.Format(value.Value)}\" must be more than 0s");
        }
    }

    private static BackupStorageLocation? LocationOf(BackupSpec spec, ValidationContext context, ICollection<string> problems)
    {
        var location = spec.StorageLocation is { Length: > 0 } name
            ? context.Locations.FirstOrDefault(l => l.Metadata.Name == name)
            : context.Locations.Where(l => l.Spec.Default == true).OrderBy(l => l.Metadata.Name, StringComparer.Ordinal).FirstOrDefault();
        if (location is null)
        {
            problems.Add(spec.StorageLocation is { Length: > 0 } missing
                ? $"spec.storageLocation: there is no BackupStorageLocation \"{missing}\" in namespace {context.ServerNamespace}; there {Known(context)}"
                : $"spec.storageLocation: name a location, or mark one in namespace {context.ServerNamespace} with spec.default: true; there {Known(context)}");
        }
        else if (location.Spec.AccessMode == AccessMode.ReadOnly)
        {
            problems.Add($"spec.storageLocation: location \"{location.Metadata.Name}\" is read-only (spec.accessMode)");
        }

        return location;
    }

    private static string Known(ValidationContext context) =>
        context.Locations.Count == 0 ? "is none" : "are: " + string.Join(", ", context.Locations.Select(l => l.Metadata.Name).Order(StringComparer.Ordinal));
}
