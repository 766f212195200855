using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.BackupStorageLocations;

/// <summary>Where backups are kept.</summary>
[CustomResource("BackupStorageLocation", "backupstoragelocations", "bsl")]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Provider", "string", ".spec.provider")]
[PrinterColumn("Access", "string", ".spec.accessMode")]
[PrinterColumn("Default", "boolean", ".spec.default")]
[PrinterColumn("Validated", "date", ".status.lastValidationTime")]
[PrinterColumn("Message", "string", ".status.message", Priority = 1)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record BackupStorageLocation : CustomResource<BackupStorageLocationSpec, BackupStorageLocationStatus>;
