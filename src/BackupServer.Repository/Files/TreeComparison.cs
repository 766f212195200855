namespace BackupServer.Repository.Files;

/// <summary>Outcome of comparing two directory trees.</summary>
/// <param name="Entries">Entries of the expected tree that were compared, directories too.</param>
/// <param name="Files">Regular files among them.</param>
/// <param name="Bytes">Bytes of content that were compared.</param>
/// <param name="DifferenceCount">How many differences there are.</param>
/// <param name="Differences">The first of them, at most <see cref="TreeComparer.MaximumDifferences"/>.</param>
public sealed record TreeComparison(long Entries, long Files, long Bytes, long DifferenceCount, IReadOnlyList<TreeDifference> Differences)
{
    /// <summary>Whether nothing differs.</summary>
    public bool AreEqual => DifferenceCount == 0;
}
