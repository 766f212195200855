using BackupServer.Repository.Nodes;
using BackupServer.Repository.Rewriting;

namespace BackupServer.Repository.Repairing;

/// <summary>Leaves what can be restored: files lose the parts that no index has, names that cannot be a file's go, directories without a tree become empty.</summary>
internal sealed class SalvagingEdit(Repository repository) : TreeEdit
{
    private static readonly ObjectId EmptyTree = ObjectId.Of(TreeCodec.Encode([]));

    public override bool DependsOnPath => false;

    public override bool Salvages => true;

    public override Node? Edit(RawName[] path, Node node) => node switch
    {
        _ when !node.Name.IsEntryName => null,
        { Type: NodeType.File, Content: null } => node with { Content = [], Size = 0 },
        { Type: NodeType.File, Content: { } content } when !content.All(Has) => Shortened(node, content),
        // The tree of no entries is written where a directory has one that is gone, so it is one here too.
        { Type: NodeType.Directory, Subtree: null } => node with { Subtree = EmptyTree },
        _ => node,
    };

    private bool Has(ObjectId data) => repository.ContainsBlob(BlobType.Data, data);

    private Node Shortened(Node node, IReadOnlyList<ObjectId> content)
    {
        var kept = content.Where(Has).ToList();
        var size = kept.Sum(id => repository.TryLocateBlob(BlobType.Data, id, out var location) ? location.PlainLength : 0L);
        return node with { Content = kept, Size = (ulong)size };
    }
}
