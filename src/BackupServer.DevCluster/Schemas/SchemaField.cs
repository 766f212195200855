namespace BackupServer.DevCluster.Schemas;

/// <summary>A declared field of an object. The Go facts say when the encoder leaves it out and how decoding errors name its type.</summary>
internal sealed record SchemaField(string Name, SchemaNode Node, string GoType, bool OmitEmpty, bool OmitZero)
{
    /// <summary>A pointer: its zero value is kept, and differs from absence.</summary>
    public bool IsPointer => GoType.StartsWith('*');

    /// <summary>A struct held by value: the encoder writes it even when nothing is in it (unless <see cref="OmitZero"/>).</summary>
    public bool IsInlineStruct => !IsPointer && Node.Shape == SchemaShape.Object;
}
