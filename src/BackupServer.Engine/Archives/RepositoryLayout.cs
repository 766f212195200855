namespace BackupServer.Engine.Archives;

/// <summary>Where repositories are below the prefix of a storage location.</summary>
public static class RepositoryLayout
{
    /// <summary>Objects, results and logs: one snapshot a backup.</summary>
    public const string Manifests = "repositories/manifests";

    /// <summary>Below it, one repository for each namespace in which volumes were copied.</summary>
    public const string Volumes = "repositories/volumes";

    /// <summary>The repository of the volumes of a namespace.</summary>
    public static string VolumesOf(string objectNamespace) => $"{Volumes}/{objectNamespace}";
}
