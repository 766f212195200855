using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.DeleteBackupRequests;

/// <summary>Delete a backup with its data.</summary>
[CustomResource("DeleteBackupRequest", "deletebackuprequests", "dbr")]
[PrinterColumn("Backup", "string", ".spec.backupName")]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record DeleteBackupRequest : CustomResource<DeleteBackupRequestSpec, DeleteBackupRequestStatus>;
