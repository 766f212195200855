using System.Text;
using BackupServer.Repository.Locking;

namespace BackupServer.Repository.Pruning;

/// <summary>What a prune will do. Making it changes nothing; it can be printed and refused. It is for the moment: blobs saved later are not in it.</summary>
public sealed class PrunePlan
{
    private readonly PruneWork _work;

    internal PrunePlan(PruneWork work) => _work = work;

    /// <summary>Packs that no index names: left by interrupted writers. They go first.</summary>
    public required IReadOnlyList<PrunePack> Unindexed { get; init; }

    /// <summary>Packs of which nothing is needed.</summary>
    public required IReadOnlyList<PrunePack> Unused { get; init; }

    /// <summary>Packs whose needed blobs are copied to new packs before they go.</summary>
    public required IReadOnlyList<PrunePack> Repacked { get; init; }

    /// <summary>Packs that stay as they are.</summary>
    public required int KeptPacks { get; init; }

    /// <summary>Bytes of blobs that snapshots need, each once.</summary>
    public required long UsedBytes { get; init; }

    /// <summary>Bytes of blobs that no snapshot needs.</summary>
    public required long UnusedBytes { get; init; }

    /// <summary>Bytes of further copies of blobs.</summary>
    public required long DuplicateBytes { get; init; }

    /// <summary>Of the unused and duplicate bytes, those that stay in packs that are kept.</summary>
    public required long RemainingUnusedBytes { get; init; }

    /// <summary>Bytes that are copied.</summary>
    public required long RepackedBytes { get; init; }

    /// <summary>Index files that are replaced.</summary>
    public required int ReplacedIndexes { get; init; }

    /// <summary>Bytes that the repository will be smaller, about.</summary>
    public long FreedBytes => Unindexed.Sum(static pack => pack.Size) + UnusedBytes + DuplicateBytes - RemainingUnusedBytes;

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Unindexed.Count + Unused.Count + Repacked.Count + ReplacedIndexes == 0;

    /// <summary>
    /// Reads the index and every tree, and decides. Fails if anything that a snapshot needs is missing or not readable: then nothing may be
    /// removed, because it might be what a repair needs.
    /// </summary>
    public static Task<PrunePlan> CreateAsync(
        Repository repository, RepositoryLock exclusiveLock, PruneOptions options, CancellationToken cancellationToken)
    {
        exclusiveLock.RequireExclusive(repository);
        return new PruneInventory(repository).PlanAsync(options, cancellationToken);
    }

    /// <summary>
    /// Does it, in an order that leaves every snapshot readable at every moment: unindexed packs go; needed blobs are copied, proved and indexed;
    /// new indexes are written; old indexes go; old packs go. An interrupted one is finished by the next prune.
    /// </summary>
    public Task<PruneResult> ExecuteAsync(RepositoryLock exclusiveLock, CancellationToken cancellationToken) =>
        new PruneExecutor(this, _work, exclusiveLock).ExecuteAsync(cancellationToken);

    /// <summary>The plan for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine($"used {UsedBytes} bytes, unused {UnusedBytes}, duplicates {DuplicateBytes}");
        Describe(text, "remove, in no index", Unindexed);
        Describe(text, "remove, unused", Unused);
        Describe(text, "write anew", Repacked);
        text.AppendLine($"keep {KeptPacks} packs; replace {ReplacedIndexes} indexes");
        text.AppendLine($"frees {FreedBytes} bytes, leaves {RemainingUnusedBytes} unused");

        return text.ToString();
    }

    private static void Describe(StringBuilder text, string what, IReadOnlyList<PrunePack> packs)
    {
        text.AppendLine($"{what}: {packs.Count} packs, {packs.Sum(static pack => pack.Size)} bytes");
        foreach (var pack in packs)
        {
            text.AppendLine($"  {pack.Id} {pack.Size} {pack.Reason}");
        }
    }
}
