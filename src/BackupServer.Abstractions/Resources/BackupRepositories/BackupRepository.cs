using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.BackupRepositories;

/// <summary>One restic-format repository in a location.</summary>
[CustomResource("BackupRepository", "backuprepositories", "bkrepo")]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Location", "string", ".spec.storageLocation")]
[PrinterColumn("Path", "string", ".spec.path")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record BackupRepository : CustomResource<BackupRepositorySpec, BackupRepositoryStatus>;
