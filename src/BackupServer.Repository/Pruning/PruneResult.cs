namespace BackupServer.Repository.Pruning;

/// <summary>What a prune did.</summary>
/// <param name="RemovedPacks">Packs that are gone.</param>
/// <param name="NewPacks">Packs that were written.</param>
/// <param name="NotRemoved">Packs that could not be deleted, with the reason. No index names them: the next prune removes them.</param>
public sealed record PruneResult(int RemovedPacks, int NewPacks, IReadOnlyList<string> NotRemoved);
