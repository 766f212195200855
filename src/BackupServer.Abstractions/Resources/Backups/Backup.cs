using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.Backups;

/// <summary>One backup run and its result. In the server's namespace it may cover the whole cluster, elsewhere only its own namespace.</summary>
[CustomResource("Backup", "backups", "bk")]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Items", "integer", ".status.progress.itemsBackedUp")]
[PrinterColumn("Total", "integer", ".status.progress.totalItems")]
[PrinterColumn("Errors", "integer", ".status.errors")]
[PrinterColumn("Warnings", "integer", ".status.warnings")]
[PrinterColumn("Current", "string", ".status.progress.currentResource", Priority = 1)]
[PrinterColumn("Location", "string", ".spec.storageLocation", Priority = 1)]
[PrinterColumn("Snapshot", "string", ".status.snapshotID", Priority = 1)]
[PrinterColumn("Expires", "string", ".status.expiration", Priority = 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record Backup : CustomResource<BackupSpec, BackupStatus>;
