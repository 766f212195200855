using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Restoring;

/// <summary>Where the first name of a file was restored.</summary>
/// <param name="Parts">Names from the target to it.</param>
/// <param name="Content">Its content: only names with the same one are links of it.</param>
internal sealed record RestoredLink(RawName[] Parts, IReadOnlyList<ObjectId> Content);
