namespace BackupServer.Repository.ObjectStores;

/// <summary>Where the repositories of a location are, relative to its prefix. There is nothing else in a location.</summary>
public static class LocationLayout
{
    /// <summary>The repository with one snapshot per backup: objects, results, log.</summary>
    public const string Manifests = "repositories/manifests";

    /// <summary>
    /// The repository with the logs of runs that are no backup: one snapshot per run of a restore, and per run of a backup that kept nothing. Apart from the backups, so
    /// that the latest snapshot beside them is always a backup.
    /// </summary>
    public const string Restores = "repositories/restores";

    /// <summary>Parent of the repositories with volume data, with a slash at its end.</summary>
    public const string VolumesPrefix = "repositories/volumes/";

    /// <summary>The repository with the volume data of a source namespace.</summary>
    public static string Volumes(string sourceNamespace) => VolumesPrefix + sourceNamespace;

    /// <summary>The source namespace of a repository's path; null when it holds no volume data.</summary>
    public static string? NamespaceOf(string path) =>
        path.StartsWith(VolumesPrefix, StringComparison.Ordinal) && path.AsSpan(VolumesPrefix.Length) is { IsEmpty: false } name && !name.Contains('/')
            ? name.ToString()
            : null;
}
