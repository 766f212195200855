using BackupServer.Repository.Backends;

namespace BackupServer.Repository.Checking;

/// <summary>How much a check looks at. The default is the structure of everything, without reading file contents.</summary>
public sealed record CheckOptions
{
    /// <summary>Only these snapshots; null is all.</summary>
    public IReadOnlyCollection<ObjectId>? Snapshots { get; init; }

    /// <summary>Only these packs, for example the <see cref="Repository.WrittenPacks"/> of a backup; null is all.</summary>
    public IReadOnlyCollection<BackendFile>? Packs { get; init; }

    /// <summary>Part of the packs that is read and proved: 0 is none, 1 is all, anything between a random choice of at least one.</summary>
    public double ReadDataFraction { get; init; }

    /// <summary>Stops choosing packs to read after this many bytes, but not before the first.</summary>
    public long ReadDataMaximumBytes { get; init; } = long.MaxValue;

    /// <summary>Of packs divided into <c>Count</c> groups by name, reads the group <c>Number</c> from 1 on: all groups after each other read everything once.</summary>
    public (int Number, int Count)? ReadDataGroup { get; init; }

    /// <summary>Hears of every pack that was read and of each new stage, from any thread.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }

    /// <summary>Chooses the packs.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Paths written down per problem.</summary>
    public int MaximumAffectedPaths { get; init; } = 1000;
}
