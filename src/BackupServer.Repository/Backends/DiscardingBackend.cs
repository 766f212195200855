namespace BackupServer.Repository.Backends;

/// <summary>
/// Reads from another place and keeps nothing of what is written, locks aside: for a rehearsal that does all the work and changes nothing.
/// </summary>
public sealed class DiscardingBackend(IRepositoryBackend inner) : IRepositoryBackend
{
    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public Task SaveAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        IsLock(path) ? inner.SaveAsync(path, content, cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    public Task<byte[]> LoadAsync(string path, long offset, int length, CancellationToken cancellationToken) => inner.LoadAsync(path, offset, length, cancellationToken);

    /// <inheritdoc/>
    public Task<long?> SizeAsync(string path, CancellationToken cancellationToken) => inner.SizeAsync(path, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<BackendFile> ListAsync(string directory, CancellationToken cancellationToken) => inner.ListAsync(directory, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) => IsLock(path) ? inner.DeleteAsync(path, cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static bool IsLock(string path) => path.StartsWith(RepositoryPaths.Locks + "/", StringComparison.Ordinal);
}
