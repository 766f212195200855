namespace BackupServer.Repository.Repairing;

/// <summary>What a repair of the index did.</summary>
/// <param name="PacksRead">Packs whose header was read.</param>
/// <param name="UnreadablePacks">Packs that no index names now because their header cannot be read, with the reason: 'repair packs' salvages what is in them.</param>
/// <param name="IndexFiles">Index files that were written.</param>
/// <param name="RemovedIndexFiles">Index files that are gone.</param>
public sealed record IndexRepairResult(int PacksRead, IReadOnlyList<(ObjectId Pack, string Reason)> UnreadablePacks, int IndexFiles, int RemovedIndexFiles);
