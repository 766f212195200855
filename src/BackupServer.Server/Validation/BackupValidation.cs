using BackupServer.Abstractions.Resources.BackupStorageLocations;

namespace BackupServer.Server.Validation;

/// <summary>What came of checking a backup's specification.</summary>
/// <param name="Problems">One sentence for each problem, naming field and value; empty when the backup may run.</param>
/// <param name="Location">Where the backup goes; null when that is not known.</param>
public sealed record BackupValidation(IReadOnlyList<string> Problems, BackupStorageLocation? Location);
