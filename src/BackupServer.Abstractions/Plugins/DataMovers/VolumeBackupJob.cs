using BackupServer.Abstractions.Resources.Backups;

namespace BackupServer.Abstractions.Plugins.DataMovers;

/// <summary>One volume to copy.</summary>
public sealed record VolumeBackupJob
{
    /// <summary>Directory of the mounted volume on this machine.</summary>
    public required string SourcePath { get; init; }

    /// <summary>Where to.</summary>
    public required RepositoryAccess Repository { get; init; }

    /// <summary>Identity of the volume over time, for example <c>/shop/data-db-0</c>; snapshots of one identity follow each other as parents.</summary>
    public required string Identity { get; init; }

    /// <summary>Hostname to record: the cluster's name.</summary>
    public required string Hostname { get; init; }

    /// <summary>Tags of the snapshot, as key=value.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>A tag that tells this very job; a snapshot that carries it already is the job's result, from a run that was killed before it could report.</summary>
    public required string JobTag { get; init; }

    /// <summary>What is read back before the snapshot is committed. Damage, also of what earlier copies stored and this one leans on, is a <see cref="DataMoverException"/>.</summary>
    public VerificationMode Verification { get; init; } = VerificationMode.Sample;
}
