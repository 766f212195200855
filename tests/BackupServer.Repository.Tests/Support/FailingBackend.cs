using BackupServer.Repository.Backends;

namespace BackupServer.Repository.Tests.Support;

/// <summary>Dies at the n-th operation that changes something, and stays dead: what a kill at that moment leaves is in the inner backend.</summary>
internal sealed class FailingBackend(IRepositoryBackend inner, int operations) : IRepositoryBackend
{
    private int _left = operations;

    public bool Died => Volatile.Read(ref _left) < 0;

    public string Location => inner.Location;

    public Task SaveAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Alive(path, () => inner.SaveAsync(path, content, cancellationToken));

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => Alive(path, () => inner.DeleteAsync(path, cancellationToken));

    public Task<byte[]> LoadAsync(string path, long offset, int length, CancellationToken cancellationToken) =>
        inner.LoadAsync(path, offset, length, cancellationToken);

    public Task<long?> SizeAsync(string path, CancellationToken cancellationToken) => inner.SizeAsync(path, cancellationToken);

    public IAsyncEnumerable<BackendFile> ListAsync(string directory, CancellationToken cancellationToken) =>
        inner.ListAsync(directory, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private Task Alive(string path, Func<Task> operation) =>
        Interlocked.Decrement(ref _left) >= 0
            ? operation()
            : throw new IOException($"killed before '{path}'");
}
