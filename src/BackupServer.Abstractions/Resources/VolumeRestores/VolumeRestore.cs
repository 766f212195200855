using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.VolumeRestores;

/// <summary>Work unit: write one volume's data from a repository. Executed by the agent of the node it names.</summary>
[CustomResource("VolumeRestore", "volumerestores", "vr")]
[PrinterColumn("Phase", "string", ".status.phase")]
[PrinterColumn("Node", "string", ".spec.node")]
[PrinterColumn("Namespace", "string", ".spec.pod.namespace")]
[PrinterColumn("Pod", "string", ".spec.pod.name")]
[PrinterColumn("Volume", "string", ".spec.podVolume")]
[PrinterColumn("Done", "integer", ".status.progress.bytesDone")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp")]
public sealed record VolumeRestore : CustomResource<VolumeRestoreSpec, VolumeRestoreStatus>;
