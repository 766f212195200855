using BackupServer.Engine.Reporting;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>What is wrong with a restore, given what the backup holds. Pure.</summary>
internal static class PlanProblems
{
    private const int MostNames = 10;

    /// <summary>Keys of mappings that nothing of the backup has: most likely mistyped, and what they were meant for would go somewhere else.</summary>
    public static IEnumerable<RunMessage> UnknownMappings(RestorePlanInput input)
    {
        var namespaces = NamespacesOf(input);
        var classes = input.Items
            .SelectMany(item => item.Reference.Resource == WellKnown.StorageClasses ? item.StorageClasses.Append(item.Line.Name) : item.StorageClasses)
            .ToHashSet();
        return Unknown("spec.namespaceMapping", input.Spec.NamespaceMapping, namespaces, "the backup holds nothing of a namespace of this name")
            .Concat(Unknown("spec.storageClassMapping", input.Spec.StorageClassMapping, classes, "nothing in the backup names this StorageClass"));
    }

    /// <summary>Kinds that neither the backup nor the cluster has.</summary>
    public static IEnumerable<RunMessage> UnknownKinds(RestorePlanInput input, RestoreSelection selection) => KindProblems.Of(
        input.Spec.IncludedResources, input.Spec.ExcludedResources, selection.Catalog, "is a resource neither of the backup nor of this cluster");

    /// <summary>Objects that a mapping makes one.</summary>
    public static IEnumerable<RunMessage> Collisions(IEnumerable<PlannedItem> items) => items
        .Where(item => item.Target.Resource != WellKnown.Namespaces)
        .GroupBy(item => item.Target)
        .Where(group => group.Count() > 1)
        .Select(group => new RunMessage(
            group.Key.ToString(),
            $"namespaceMapping makes this one object of {string.Join(" and ", group.Select(item => item.Line.Reference.Name))}. Map the namespaces to different ones, or restore them one at a time; nothing was changed."));

    /// <summary>Names that are asked for one by one and not there.</summary>
    public static IEnumerable<RunMessage> UnknownNames(RestorePlanInput input, RestoreSelection selection)
    {
        var namespaces = NamespacesOf(input);
        return selection.Namespaces.PlainNames.Where(name => !namespaces.Contains(name)).Distinct()
            .Select(name => new RunMessage($"namespaces {name}", "includedNamespaces names this namespace, but the backup holds nothing of it."));
    }

    /// <summary>Patterns that match nothing.</summary>
    public static IEnumerable<RunMessage> UnmatchedPatterns(RestorePlanInput input, RestoreSelection selection) => selection.Namespaces
        .PatternsWithoutMatch(NamespacesOf(input))
        .Distinct()
        .Select(pattern => new RunMessage($"namespaces {pattern}", "includedNamespaces has this pattern, but it matches no namespace of the backup."));

    /// <summary>A restore of nothing must not look like one that worked.</summary>
    public static IEnumerable<RunMessage> Nothing(RestorePlanInput input, IReadOnlyCollection<PlannedItem> items) => items.Count > 0
        ? []
        : [new RunMessage("", input.Items.Count == 0
            ? "The backup holds no object, so there is nothing to restore."
            : $"The restore selects none of the {input.Items.Count} objects of the backup that can be restored, so nothing is restored. See its namespaces, resources and label selectors.")];

    private static HashSet<string> NamespacesOf(RestorePlanInput input) =>
    [
        .. input.Items
            .Select(item => item.Reference.Resource == WellKnown.Namespaces ? item.Line.Name : item.Line.Namespace)
            .Where(name => name.Length > 0),
    ];

    private static IEnumerable<RunMessage> Unknown(string field, Dictionary<string, string>? mapping, HashSet<string> known, string what) => (mapping ?? []).Keys
        .Where(key => !known.Contains(key))
        .Select(key => new RunMessage($"{field}[{key}]", $"\"{key}\": {what}; there {Listed(known)}. Correct the name or take it out; nothing was changed."));

    private static string Listed(HashSet<string> known) => known.Count == 0
        ? "is none"
        : $"{(known.Count == 1 ? "is" : "are")} {string.Join(", ", known.Order(StringComparer.Ordinal).Take(MostNames))}{(known.Count > MostNames ? ", …" : "")}";
}
