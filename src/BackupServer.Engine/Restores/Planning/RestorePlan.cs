using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Reporting;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>What a restore will do. Immutable; printed by a dry run.</summary>
public sealed record RestorePlan
{
    private readonly Dictionary<string, PlannedVolume> _volumes = [];

    /// <summary>Objects to restore, by wave, and in a wave as they are stored.</summary>
    public IReadOnlyList<PlannedItem> Items { get; init; } = [];

    /// <summary>Namespaces to make that the backup has no object of.</summary>
    public IReadOnlyList<string> BlankNamespaces { get; init; } = [];

    /// <summary>Volumes to write.</summary>
    public IReadOnlyCollection<PlannedVolume> Volumes
    {
        get => _volumes.Values;
        init => _volumes = value.ToDictionary(volume => volume.Key);
    }

    /// <summary>PersistentVolumes that are restored as they were: their claims stay bound to them.</summary>
    public IReadOnlySet<string> KeptVolumes { get; init; } = new HashSet<string>();

    /// <summary>Objects of the backup that are not restored.</summary>
    public IReadOnlyList<SkippedItem> Skipped { get; init; } = [];

    /// <summary>What makes the restore impossible; nothing may be changed then.</summary>
    public IReadOnlyList<RunMessage> Refusals { get; init; } = [];

    /// <summary>What was asked for and the backup does not hold.</summary>
    public IReadOnlyList<RunMessage> Errors { get; init; } = [];

    /// <summary>What the user should know before.</summary>
    public IReadOnlyList<RunMessage> Warnings { get; init; } = [];

    /// <summary>What is written into a claim of the cluster; null when nothing is.</summary>
    public PlannedVolume? VolumeOf(ObjectName claim) => _volumes.GetValueOrDefault(claim.ToString());

    /// <summary>The plan for people: one line for each kind of each wave, then volumes and what is left out.</summary>
    public IReadOnlyList<string> ToLines() =>
    [
        .. Refusals.Select(message => $"refused: {message}"),
        .. Items.GroupBy(item => (item.Wave, item.Target.Resource)).Select(group =>
            $"{group.Key.Wave}: {group.Count()} {group.Key.Resource}: {Names(group.Select(item => item.Target.Name))}"),
        .. BlankNamespaces.Select(name => $"{RestoreWave.Namespaces}: new namespace {name}"),
        .. Volumes.Select(volume => $"{RestoreWave.VolumeData}: {volume.Record.Bytes} bytes into claim {volume.Key} from snapshot {volume.Record.SnapshotId}"),
        .. Skipped.GroupBy(item => item.Reason).OrderBy(group => group.Key).Select(group =>
            $"left out ({group.Key}): {group.Count()} objects: {Names(group.Select(item => item.Reference.ToString()))}"),
    ];

    private static string Names<T>(IEnumerable<T> names)
    {
        var all = names.ToList();
        return string.Join(", ", all.Take(5)) + (all.Count > 5 ? ", …" : "");
    }
}
