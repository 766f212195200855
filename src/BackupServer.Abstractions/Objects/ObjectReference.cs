namespace BackupServer.Abstractions.Objects;

/// <summary>One object of one resource, written <c>resource.group namespace/name</c> in messages.</summary>
public readonly record struct ObjectReference(GroupResource Resource, ObjectName Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Resource} {Name}";
}
