using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;

namespace BackupServer.Engine.Selecting;

/// <summary>Finds resources by the names that kubectl accepts.</summary>
public static class KindNames
{
    /// <summary>
    /// The resources a name means: plural, singular, kind or short name, alone or followed by <c>.group</c>; any case.
    /// Several when several groups use the name; none when it is unknown. <c>*</c> means all, <c>*.group</c> all of a group.
    /// </summary>
    public static IReadOnlyCollection<GroupResource> Resolve(string name, ApiCatalog catalog) =>
        name == "*"
            ? [.. catalog.Types.Select(type => type.Resource.GroupResource).Distinct()]
            : [.. catalog.Types.Where(type => Means(name, type)).Select(type => type.Resource.GroupResource).Distinct()];

    /// <summary>Whether nothing has a name. A name is not called unknown when it may be of a group that could not be asked which kinds it has.</summary>
    public static bool IsUnknown(string name, ApiCatalog catalog) =>
        name != "*"
        && Resolve(name, catalog).Count == 0
        && !catalog.Failures.Any(failure => GroupOf(name) is not { } group || failure.GroupVersion.StartsWith(group + "/", StringComparison.OrdinalIgnoreCase));

    /// <summary>The group in a name; null when it has none.</summary>
    internal static string? GroupOf(string name) => name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? name[(dot + 1)..] : null;

    private static bool Means(string name, ResourceType type)
    {
        if (IsNameOf(name, type))
        {
            return true;
        }

        return GroupOf(name) is { } group
            && string.Equals(group, type.Resource.Group, StringComparison.OrdinalIgnoreCase)
            && (name[0] == '*' ? name[1] == '.' : IsNameOf(name[..^(group.Length + 1)], type));
    }

    private static bool IsNameOf(string name, ResourceType type) =>
        string.Equals(name, type.Resource.Resource, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, type.Kind, StringComparison.OrdinalIgnoreCase)
        || (type.SingularName.Length > 0 && string.Equals(name, type.SingularName, StringComparison.OrdinalIgnoreCase))
        || type.ShortNames.Contains(name, StringComparer.OrdinalIgnoreCase);
}
