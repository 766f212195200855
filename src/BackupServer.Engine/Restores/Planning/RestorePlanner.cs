using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Selecting;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>Plans a restore. Pure: the same backup, specification and catalog give the same plan.</summary>
public static class RestorePlanner
{
    /// <summary>Plans.</summary>
    /// <exception cref="FormatException">A namespace pattern is malformed.</exception>
    public static RestorePlan Plan(RestorePlanInput input)
    {
        var selection = new RestoreSelection(input);
        var controllers = new ControllerChains(input.Items, selection);
        var definitions = input.Items.Where(item => item.Reference.Resource == WellKnown.Definitions).Select(item => item.Line.Name).ToHashSet();
        var kept = KeptVolumes(input, selection);
        var items = new List<PlannedItem>();
        var skipped = new List<SkippedItem>();
        foreach (var item in input.Items)
        {
            var kind = item.Reference.Resource;
            SkipReason? reason = item.Intrinsic == SkipReason.NeverRestored ? SkipReason.NeverRestored
                : !selection.IsSelected(item) ? selection.ReasonFor(item)
                : item.Intrinsic ?? controllers.ReasonFor(item) ?? (kind == WellKnown.Volumes && !kept.Contains(item.Line.Name) ? SkipReason.DynamicProvisioning : null);
            if (reason is { } why)
            {
                skipped.Add(new SkippedItem(item.Reference, why));
            }
            else
            {
                items.Add(new PlannedItem(item.Line, TargetOf(item.Line, input), RestoreWaves.Of(kind, IsCustom(kind, definitions))));
            }
        }

        var volumes = PlannedVolumes(input, items, selection);
        return new RestorePlan
        {
            Items = [.. items.OrderBy(item => item.Wave)],
            BlankNamespaces = BlankNamespaces(items),
            Volumes = volumes,
            KeptVolumes = kept,
            Skipped = skipped,
            Refusals = [.. Collisions(items)],
            Errors = [.. UnknownNames(input, selection)],
            Warnings = [.. VolumeWarnings(input, items, volumes)],
        };
    }

    private static ObjectReference TargetOf(IndexLine line, RestorePlanInput input)
    {
        var map = input.Spec.NamespaceMapping;
        var reference = line.Reference;
        return reference.Resource == WellKnown.Namespaces
            ? reference with { Name = new ObjectName("", map?.GetValueOrDefault(line.Name, line.Name) ?? line.Name) }
            : line.Namespace.Length == 0 ? reference
            : reference with { Name = new ObjectName(map?.GetValueOrDefault(line.Namespace, line.Namespace) ?? line.Namespace, line.Name) };
    }

    private static bool IsCustom(GroupResource kind, HashSet<string> definitions) =>
        definitions.Contains(kind.ToString())
        || (kind.Group.Contains('.', StringComparison.Ordinal) && !kind.Group.EndsWith(".k8s.io", StringComparison.Ordinal));

    // A volume is restored as it was only when its disk is expected to exist still and holds the only copy of the data.
    private static HashSet<string> KeptVolumes(RestorePlanInput input, RestoreSelection selection)
    {
        var copied = input.Volumes.Where(record => record.HasData && record.Claim is not null).Select(record => new ObjectName(record.Namespace, record.Claim!)).ToHashSet();
        return input.Spec.RestorePVs == false
            ? []
            : [.. input.Items
                .Where(item => item.Reference.Resource == WellKnown.Volumes && selection.IsSelected(item))
                .Where(item => item.BoundClaim is not { } claim || (!copied.Contains(claim) && item.ReclaimPolicy == "Retain"))
                .Select(item => item.Line.Name)];
    }

    private static List<PlannedVolume> PlannedVolumes(RestorePlanInput input, List<PlannedItem> items, RestoreSelection selection)
    {
        if (input.Spec.RestorePVs == false || !selection.SelectsKind(WellKnown.Volumes))
        {
            return [];
        }

        var claims = items.Where(item => item.Line.Reference.Resource == WellKnown.Claims).ToDictionary(item => item.Line.Reference.Name);
        return
        [
            .. input.Volumes
                .Where(record => record.HasData && record.Claim is not null)
                .Select(record => (Record: record, Claim: claims.GetValueOrDefault(new ObjectName(record.Namespace, record.Claim!))))
                .Where(entry => entry.Claim is not null)
                .Select(entry => new PlannedVolume(entry.Record, entry.Claim!.Target.Name.Namespace)),
        ];
    }

    private static List<string> BlankNamespaces(List<PlannedItem> items)
    {
        var made = items.Where(item => item.Target.Resource == WellKnown.Namespaces).Select(item => item.Target.Name.Name).ToHashSet();
        return [.. items.Select(item => item.Target.Name.Namespace).Where(name => name.Length > 0 && !made.Contains(name)).Distinct().Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<RunMessage> Collisions(List<PlannedItem> items) => items
        .Where(item => item.Target.Resource != WellKnown.Namespaces)
        .GroupBy(item => item.Target)
        .Where(group => group.Count() > 1)
        .Select(group => new RunMessage(
            group.Key.ToString(),
            $"namespaceMapping makes this one object of {string.Join(" and ", group.Select(item => item.Line.Reference.Name))}. Map the namespaces to different ones, or restore them one at a time; nothing was changed."));

    private static IEnumerable<RunMessage> UnknownNames(RestorePlanInput input, RestoreSelection selection)
    {
        var namespaces = input.Items.Select(item => item.Reference.Resource == WellKnown.Namespaces ? item.Line.Name : item.Line.Namespace).ToHashSet();
        return selection.UnknownKinds
            .Select(name => new RunMessage(name, "includedResources names this kind, but neither the backup nor the cluster has one of that name, so nothing of it is restored."))
            .Concat(selection.NamedNamespaces.Where(name => !namespaces.Contains(name)).Distinct()
                .Select(name => new RunMessage($"namespaces {name}", "includedNamespaces names this namespace, but the backup holds nothing of it.")));
    }

    private static IEnumerable<RunMessage> VolumeWarnings(RestorePlanInput input, List<PlannedItem> items, List<PlannedVolume> volumes)
    {
        var written = volumes.Select(volume => volume.Record).ToHashSet();
        var claims = items.Where(item => item.Line.Reference.Resource == WellKnown.Claims).Select(item => item.Line.Reference.Name).ToHashSet();
        foreach (var record in input.Volumes)
        {
            if (record.Claim is null && record.HasData && items.Exists(item => item.Line.Namespace == record.Namespace))
            {
                yield return new RunMessage(record.About, "The backup holds the data of this pod volume, but it is on no claim, so there is nothing to write it into before the pod starts. Restore the files with backupctl if they are needed.");
            }
            else if (record.Claim is not null && claims.Contains(new ObjectName(record.Namespace, record.Claim)) && !written.Contains(record)
                && !record.HasData && record.Volume is not null && record.ReclaimPolicy != "Retain" && input.Spec.RestorePVs != false)
            {
                yield return new RunMessage(record.About, $"The backup holds no data of this claim ({record.Explanation ?? record.Reason.ToString()}), so it gets a new, empty volume.");
            }
        }
    }
}
