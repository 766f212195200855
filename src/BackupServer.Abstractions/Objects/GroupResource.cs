namespace BackupServer.Abstractions.Objects;

/// <summary>A resource without its version, written <c>resource.group</c> as kubectl does; <c>pods</c> for the core group.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Resource">Plural lower-case resource name.</param>
public readonly record struct GroupResource(string Group, string Resource)
{
    /// <summary>Reads <c>resource</c> or <c>resource.group</c>.</summary>
    public static GroupResource Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? new GroupResource("", text) : new GroupResource(text[(dot + 1)..], text[..dot]);
    }

    /// <inheritdoc/>
    public override string ToString() => Group.Length == 0 ? Resource : $"{Resource}.{Group}";
}
