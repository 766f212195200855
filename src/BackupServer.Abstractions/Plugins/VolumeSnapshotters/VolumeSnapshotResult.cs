namespace BackupServer.Abstractions.Plugins.VolumeSnapshotters;

/// <summary>A snapshot of a volume.</summary>
/// <param name="Handle">The provider's id of the snapshot.</param>
/// <param name="SizeBytes">Size of a volume made of it.</param>
/// <param name="ReadyToUse">Whether it can be used already.</param>
public sealed record VolumeSnapshotResult(string Handle, long SizeBytes, bool ReadyToUse);
