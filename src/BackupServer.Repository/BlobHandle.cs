namespace BackupServer.Repository;

/// <summary>The name of a blob: its type, and the id of its plaintext. The same bytes as data and as tree are two blobs.</summary>
public readonly record struct BlobHandle(BlobType Type, ObjectId Id)
{
    /// <summary>As messages name it: <c>tree 1a2b…</c>.</summary>
    public override string ToString() => $"{(Type == BlobType.Tree ? "tree" : "data")} {Id}";
}
