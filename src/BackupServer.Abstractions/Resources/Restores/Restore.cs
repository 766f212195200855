using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.Restores;

/// <summary>One restore run and its result. In the server's namespace it may cover the whole cluster, elsewhere only its own namespace.</summary>
[CustomResource("Restore", "restores", "rst")]
[PrinterColumn("Backup", "string", ".spec.backupName")]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Items", "integer", ".status.progress.itemsRestored")]
[PrinterColumn("Total", "integer", ".status.progress.totalItems")]
[PrinterColumn("Errors", "integer", ".status.errors")]
[PrinterColumn("Warnings", "integer", ".status.warnings")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record Restore : CustomResource<RestoreSpec, RestoreStatus>;
