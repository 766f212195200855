namespace BackupServer.Repository.Snapshots;

/// <summary>Tells which snapshots are in one group.</summary>
public static class SnapshotGroupingExtensions
{
    /// <summary>A text that is the same for all of a group.</summary>
    public static string KeyOf(this SnapshotGrouping grouping, Snapshot snapshot) => grouping.KeyOf(snapshot.HostName, snapshot.Paths, snapshot.Tags);

    /// <summary>As the other overload, for a snapshot that does not exist yet.</summary>
    public static string KeyOf(this SnapshotGrouping grouping, string? host, IReadOnlyList<string> paths, IReadOnlyList<string>? tags)
    {
        var parts = new List<string>();
        if (grouping.HasFlag(SnapshotGrouping.Host))
        {
            parts.Add(host ?? string.Empty);
        }

        if (grouping.HasFlag(SnapshotGrouping.Paths))
        {
            parts.AddRange(paths.Distinct().Order(StringComparer.Ordinal).Prepend("\u0001"));
        }

        if (grouping.HasFlag(SnapshotGrouping.Tags))
        {
            parts.AddRange((tags ?? []).Distinct().Order(StringComparer.Ordinal).Prepend("\u0002"));
        }

        return string.Join('\0', parts);
    }
}
