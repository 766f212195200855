using BackupServer.Abstractions.Objects;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>One object to restore.</summary>
/// <param name="Line">Where it is in the backup.</param>
/// <param name="Target">What it will be in the cluster.</param>
/// <param name="Wave">When.</param>
public sealed record PlannedItem(IndexLine Line, ObjectReference Target, RestoreWave Wave);
