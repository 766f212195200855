namespace BackupServer.Repository.Backends;

/// <summary>A stored file.</summary>
/// <param name="Path">Its whole path in the repository, with <c>/</c>: <c>data/ab/ab12…</c>.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct BackendFile(string Path, long Size)
{
    /// <summary>The last segment of the path: for everything but <c>config</c>, its id.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
