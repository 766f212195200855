using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;

namespace BackupServer.Server.Validation;

/// <summary>What came of checking a restore's specification.</summary>
/// <param name="Problems">One sentence for each problem, naming field and value; empty when the restore may run.</param>
/// <param name="Backup">The backup to restore; null when that is not known.</param>
/// <param name="Location">Where it is; null when that is not known.</param>
public sealed record RestoreValidation(IReadOnlyList<string> Problems, Backup? Backup, BackupStorageLocation? Location);
