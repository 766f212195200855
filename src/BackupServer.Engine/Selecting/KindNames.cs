using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;

namespace BackupServer.Engine.Selecting;

/// <summary>Finds resources by the names that kubectl accepts.</summary>
public static class KindNames
{
    /// <summary>
    /// The resources a name means: plural, singular, kind or short name, alone or followed by <c>.group</c>; any case.
    /// Several when several groups use the name; none when it is unknown. <c>*</c> means all.
    /// </summary>
    public static IReadOnlyCollection<GroupResource> Resolve(string name, ApiCatalog catalog) =>
        name == "*"
            ? [.. catalog.Types.Select(type => type.Resource.GroupResource).Distinct()]
            : [.. catalog.Types.Where(type => Means(name, type)).Select(type => type.Resource.GroupResource).Distinct()];

    private static bool Means(string name, ResourceType type)
    {
        if (IsNameOf(name, type))
        {
            return true;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0
            && string.Equals(name[(dot + 1)..], type.Resource.Group, StringComparison.OrdinalIgnoreCase)
            && IsNameOf(name[..dot], type);
    }

    private static bool IsNameOf(string name, ResourceType type) =>
        string.Equals(name, type.Resource.Resource, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, type.Kind, StringComparison.OrdinalIgnoreCase)
        || (type.SingularName.Length > 0 && string.Equals(name, type.SingularName, StringComparison.OrdinalIgnoreCase))
        || type.ShortNames.Contains(name, StringComparer.OrdinalIgnoreCase);
}
