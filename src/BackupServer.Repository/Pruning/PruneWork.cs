using System.Collections;
using BackupServer.Repository.Indexing;

namespace BackupServer.Repository.Pruning;

/// <summary>The part of a plan that is for its execution, in ordinals of the index it was made from.</summary>
/// <param name="Repository">Whose plan it is.</param>
/// <param name="Options">How it was asked for.</param>
/// <param name="Guard">Knows what was there when the plan was made.</param>
/// <param name="Index">All entries.</param>
/// <param name="Groups">Entries by pack.</param>
/// <param name="KeptEntries">The one entry of each needed blob that stays or is copied.</param>
/// <param name="IndexFiles">Index files that are replaced.</param>
/// <param name="RepackedPacks">Packs whose kept entries are copied.</param>
/// <param name="DroppedPacks">Packs that no index shall name afterwards.</param>
internal sealed record PruneWork(
    Repository Repository,
    PruneOptions Options,
    PruneGuard Guard,
    BlobIndex Index,
    PackGroups Groups,
    BitArray KeptEntries,
    IReadOnlyList<IndexFile> IndexFiles,
    IReadOnlyList<int> RepackedPacks,
    IReadOnlySet<int> DroppedPacks);
