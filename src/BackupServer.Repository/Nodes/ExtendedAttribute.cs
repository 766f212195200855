namespace BackupServer.Repository.Nodes;

/// <summary>One extended attribute. POSIX ACLs and file capabilities are such attributes too, as raw bytes.</summary>
/// <param name="Name">Full name with its name space, such as <c>user.note</c>.</param>
/// <param name="Value">The value's bytes; may be empty.</param>
public readonly record struct ExtendedAttribute(string Name, ReadOnlyMemory<byte> Value);
