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
        List<RunMessage> refusals = [.. PlanProblems.UnknownKinds(input, selection), .. PlanProblems.UnknownMappings(input), .. PlanProblems.Collisions(items)];
        return new RestorePlan
        {
            Items = [.. items.OrderBy(item => item.Wave)],
            BlankNamespaces = BlankNamespaces(items),
            Volumes = volumes,
            KeptVolumes = kept,
            Skipped = skipped,
            Refusals = refusals,
            Errors = [.. PlanProblems.UnknownNames(input, selection), .. refusals.Count == 0 ? PlanProblems.Nothing(input, items) : [], .. VolumeProblems.Errors(input, items)],
            Warnings = [.. PlanProblems.UnmatchedPatterns(input, selection), .. VolumeProblems.Warnings(input, items)],
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
}
