using System.Collections;
using System.Numerics;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Copying;

/// <summary>
/// Which snapshots of one repository go into another, and which blobs the other lacks for them. Making it changes nothing. Blobs are opened with the key of
/// the one and sealed with that of the other; nothing is cut anew, so both de-duplicate against each other only if they have the same chunker polynomial.
/// </summary>
public sealed class CopyPlan
{
    private readonly Repository _source;
    private readonly Repository _destination;
    private readonly IReadOnlyList<CopyStep> _steps;

    private CopyPlan(Repository source, Repository destination, IReadOnlyList<CopyStep> steps, IReadOnlyList<Snapshot> present)
    {
        (_source, _destination, _steps, AlreadyThere) = (source, destination, steps, present);
        Snapshots = [.. steps.Select(static step => step.Snapshot)];
        Blobs = steps.Sum(static step => (long)step.Ordinals.Length);
        Bytes = steps.Sum(static step => step.Bytes);
    }

    /// <summary>Snapshots that are copied, oldest first.</summary>
    public IReadOnlyList<Snapshot> Snapshots { get; }

    /// <summary>Snapshots that the destination has a copy of.</summary>
    public IReadOnlyList<Snapshot> AlreadyThere { get; }

    /// <summary>Blobs that the destination lacks.</summary>
    public long Blobs { get; }

    /// <summary>Bytes of them as the source stores them.</summary>
    public long Bytes { get; }

    /// <summary>Whether both cut files at the same places.</summary>
    public bool SameChunker => _source.ChunkerPolynomial == _destination.ChunkerPolynomial;

    /// <summary>Plans the copy. Both indexes must be loaded; the caller holds a lock of both.</summary>
    /// <param name="source">Where the snapshots are.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="snapshots">Which.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RepositoryException">
    /// <see cref="RepositoryErrorKind.Refused"/>: both are the same repository; <see cref="RepositoryErrorKind.Damaged"/>: a snapshot needs what the source does not have.
    /// </exception>
    public static async Task<CopyPlan> CreateAsync(
        Repository source, Repository destination, IReadOnlyList<Snapshot> snapshots, CancellationToken cancellationToken)
    {
        if (source.Id == destination.Id)
        {
            throw new RepositoryException(RepositoryErrorKind.Refused, $"{source.Location} and {destination.Location} are the same repository; nothing was copied");
        }

        var existing = (await destination.ListSnapshotsAsync(cancellationToken)).ToLookup(static snapshot => snapshot.Original ?? snapshot.Id);
        var present = snapshots.Where(snapshot => existing[snapshot.Original ?? snapshot.Id].Any(copy => IsCopy(snapshot, copy))).ToList();
        var walker = StrictWalk.Create(source);
        var before = new int[(walker.Used.Count + 31) / 32];
        var steps = new List<CopyStep>();
        foreach (var snapshot in snapshots.Except(present).OrderBy(static snapshot => snapshot.Time))
        {
            await walker.WalkAsync([snapshot.Tree], cancellationToken);
            steps.Add(Step(source, destination, snapshot, walker.Used, before));
        }

        return new CopyPlan(source, destination, steps, present);
    }

    /// <summary>
    /// Copies. A snapshot is there when everything it needs is. Killed, the next copy finds what was stored and goes on.
    /// </summary>
    /// <returns>The snapshots as the destination has them, in the order of <see cref="Snapshots"/>.</returns>
    /// <exception cref="RepositoryException">One of the repositories cannot be reached, or something in the source is damaged.</exception>
    public Task<IReadOnlyList<Snapshot>> ExecuteAsync(IProgress<CopyProgress>? progress, CancellationToken cancellationToken) =>
        new CopyExecutor(_source, _destination, _steps, progress).ExecuteAsync(cancellationToken);

    private static CopyStep Step(Repository source, Repository destination, Snapshot snapshot, BitArray used, int[] before)
    {
        var now = new int[before.Length];
        used.CopyTo(now, 0);
        var ordinals = new List<int>();
        var bytes = 0L;
        for (var word = 0; word < now.Length; word++)
        {
            for (var news = (uint)(now[word] & ~before[word]); news != 0; news &= news - 1)
            {
                var ordinal = (word * 32) + BitOperations.TrailingZeroCount(news);
                var entry = source.Index.Entry(ordinal);
                if (!destination.ContainsBlob(entry.Type, entry.Id))
                {
                    ordinals.Add(ordinal);
                    bytes += entry.Length;
                }
            }
        }

        now.CopyTo(before, 0);
        return new CopyStep(snapshot, [.. ordinals], bytes);
    }

    private static bool IsCopy(Snapshot left, Snapshot right) =>
        left.Time == right.Time
        && left.Tree == right.Tree
        && (left.HostName, left.UserName, left.Uid, left.Gid) == (right.HostName, right.UserName, right.Uid, right.Gid)
        && left.Paths.SequenceEqual(right.Paths)
        && (left.Tags ?? []).SequenceEqual(right.Tags ?? [])
        && (left.Excludes ?? []).SequenceEqual(right.Excludes ?? []);
}
