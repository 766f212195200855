using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Comparing;

/// <summary>Whether two nodes of the same type say the same, their contents aside.</summary>
internal static class NodeEquality
{
    public static bool SameMetadata(Node left, Node right) =>
        left.Mode == right.Mode
        && left.ModifiedAt.IsSameInstant(right.ModifiedAt)
        && left.AccessedAt.IsSameInstant(right.AccessedAt)
        && left.ChangedAt.IsSameInstant(right.ChangedAt)
        && (left.Uid, left.Gid, left.User, left.Group) == (right.Uid, right.Gid, right.User, right.Group)
        && (left.Inode, left.DeviceId, left.Links, left.Device, left.Size) == (right.Inode, right.DeviceId, right.Links, right.Device, right.Size)
        && left.LinkTarget == right.LinkTarget
        && left.Error == right.Error
        && left.GenericAttributes.Span.SequenceEqual(right.GenericAttributes.Span)
        && SameAttributes(left.ExtendedAttributes, right.ExtendedAttributes);

    // The order is the file system's and says nothing.
    private static bool SameAttributes(IReadOnlyList<ExtendedAttribute> left, IReadOnlyList<ExtendedAttribute> right) =>
        left.Count == right.Count
        && left.OrderBy(static a => a.Name, StringComparer.Ordinal).Zip(right.OrderBy(static a => a.Name, StringComparer.Ordinal))
            .All(static pair => pair.First.Name == pair.Second.Name && pair.First.Value.Span.SequenceEqual(pair.Second.Value.Span));
}
