namespace BackupServer.Abstractions.Objects;

/// <summary>The address of a kind of objects at the API server.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">API version, for example <c>v1</c>.</param>
/// <param name="Resource">Plural lower-case resource name.</param>
public readonly record struct GroupVersionResource(string Group, string Version, string Resource)
{
    /// <summary>The resource without its version.</summary>
    public GroupResource GroupResource => new(Group, Resource);

    /// <summary>The value of <c>apiVersion</c> in objects of this resource.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <inheritdoc/>
    public override string ToString() => $"{GroupResource}/{Version}";
}
