using BackupServer.Repository.Backends;

namespace BackupServer.Repository.Tests.Locking;

/// <summary>Stores the first lock that is written after it was armed at once, but says so only when told to.</summary>
internal sealed class LateAnswerBackend(IRepositoryBackend inner) : IRepositoryBackend
{
    private readonly TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _armed;

    public string Location => inner.Location;

    /// <summary>The lock is in the store, and its writer does not know.</summary>
    public Task Stored => _stored.Task;

    public void Arm() => _armed = 1;

    public void Answer() => _answer.TrySetResult();

    public async Task SaveAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await inner.SaveAsync(path, content, cancellationToken);
        if (path.StartsWith("locks/", StringComparison.Ordinal) && Interlocked.Exchange(ref _armed, 0) == 1)
        {
            _stored.TrySetResult();
            await _answer.Task.WaitAsync(cancellationToken);
        }
    }

    public Task<byte[]> LoadAsync(string path, long offset, int length, CancellationToken cancellationToken) =>
        inner.LoadAsync(path, offset, length, cancellationToken);

    public Task<long?> SizeAsync(string path, CancellationToken cancellationToken) => inner.SizeAsync(path, cancellationToken);

    public IAsyncEnumerable<BackendFile> ListAsync(string directory, CancellationToken cancellationToken) => inner.ListAsync(directory, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
