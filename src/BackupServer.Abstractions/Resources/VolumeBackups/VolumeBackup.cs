using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.VolumeBackups;

/// <summary>Work unit: copy one volume's data into a repository. Executed by the agent of the node it names.</summary>
[CustomResource("VolumeBackup", "volumebackups", "vb")]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Node", "string", ".spec.node")]
[PrinterColumn("Namespace", "string", ".spec.pod.namespace")]
[PrinterColumn("Pod", "string", ".spec.pod.name")]
[PrinterColumn("Volume", "string", ".spec.podVolume")]
[PrinterColumn("Done", "integer", ".status.progress.bytesDone")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record VolumeBackup : CustomResource<VolumeBackupSpec, VolumeBackupStatus>;
