using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Files;

/// <summary>One way in which two trees differ.</summary>
/// <param name="Path">Path below both roots; empty for the root itself.</param>
/// <param name="Aspect">What differs: <c>missing</c>, <c>unexpected</c>, <c>type</c>, <c>mode</c>, <c>owner</c>, <c>mtime</c>, <c>size</c>, <c>content</c>,
/// <c>links</c>, <c>target</c>, <c>device</c>, <c>xattrs</c>, <c>holes</c>.</param>
/// <param name="Expected">The expected side, in words.</param>
/// <param name="Actual">The other side, in words.</param>
public sealed record TreeDifference(RawName Path, string Aspect, string Expected, string Actual)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Aspect} is {Actual}, expected {Expected}";
}
