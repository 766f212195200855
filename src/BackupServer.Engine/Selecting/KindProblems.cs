using BackupServer.Engine.Clusters;
using BackupServer.Engine.Reporting;

namespace BackupServer.Engine.Selecting;

/// <summary>Names of kinds in a specification that nothing has, most likely mistyped. Pure.</summary>
public static class KindProblems
{
    /// <summary>One message for each such name, about its field, such as <c>spec.includedResources[1]</c>.</summary>
    /// <param name="included">Kinds asked for; all of them must be known.</param>
    /// <param name="excluded">
    /// Kinds left out. A name with a group of which nothing is known is fine: lists of what to leave out are shared between clusters, and the
    /// API is not installed in this one.
    /// </param>
    /// <param name="catalog">What is known.</param>
    /// <param name="unknown">What a name is that nothing has, in words: <c>is not a resource of this cluster</c>.</param>
    public static IEnumerable<RunMessage> Of(IReadOnlyList<string>? included, IReadOnlyList<string>? excluded, ApiCatalog catalog, string unknown) =>
        Unknown("spec.includedResources", included, catalog, unknown)
            .Concat(Unknown("spec.excludedResources", [.. (excluded ?? []).Select(name => HasForeignGroup(name, catalog) ? "*" : name)], catalog, unknown));

    private static IEnumerable<RunMessage> Unknown(string field, IReadOnlyList<string>? names, ApiCatalog catalog, string unknown) => (names ?? [])
        .Select((name, at) => (Name: name, At: at))
        .Where(entry => KindNames.IsUnknown(entry.Name, catalog))
        .Select(entry => new RunMessage($"{field}[{entry.At}]", $"\"{entry.Name}\" {unknown}; see kubectl api-resources for the names"));

    private static bool HasForeignGroup(string name, ApiCatalog catalog) =>
        KindNames.GroupOf(name) is { } group && !catalog.Types.Any(type => string.Equals(type.Resource.Group, group, StringComparison.OrdinalIgnoreCase));
}
