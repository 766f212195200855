using BackupServer.Repository.Backends;

namespace BackupServer.Repository.Tests.Archiving;

/// <summary>Does something at the first file that is stored after it was armed.</summary>
internal sealed class SignallingBackend(IRepositoryBackend inner, Action onStore) : IRepositoryBackend
{
    private int _armed;

    public string Location => inner.Location;

    public void Arm() => _armed = 1;

    public Task SaveAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _armed, 0) == 1)
        {
            onStore();
        }

        return inner.SaveAsync(path, content, cancellationToken);
    }

    public Task<byte[]> LoadAsync(string path, long offset, int length, CancellationToken cancellationToken) =>
        inner.LoadAsync(path, offset, length, cancellationToken);

    public Task<long?> SizeAsync(string path, CancellationToken cancellationToken) => inner.SizeAsync(path, cancellationToken);

    public IAsyncEnumerable<BackendFile> ListAsync(string directory, CancellationToken cancellationToken) => inner.ListAsync(directory, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
