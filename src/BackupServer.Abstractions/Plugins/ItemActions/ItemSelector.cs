using BackupServer.Abstractions.Objects;

namespace BackupServer.Abstractions.Plugins.ItemActions;

/// <summary>Objects that an action wants to see; empty lists mean all.</summary>
public sealed record ItemSelector
{
    /// <summary>Resources, as <c>resource.group</c>.</summary>
    public IReadOnlyList<GroupResource> Resources { get; init; } = [];

    /// <summary>Namespaces.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Whether an object is wanted.</summary>
    public bool Matches(GroupResource resource, string objectNamespace) =>
        (Resources.Count == 0 || Resources.Contains(resource)) && (Namespaces.Count == 0 || Namespaces.Contains(objectNamespace));
}
