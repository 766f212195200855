using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace BackupServer.Repository.Backends;

/// <summary>A repository in memory, for tests and rehearsals.</summary>
public sealed class MemoryBackend : IRepositoryBackend
{
    private readonly ConcurrentDictionary<string, byte[]> _files = new();

    /// <summary>The stored files. Tests may change them, to damage a repository on purpose.</summary>
    public IDictionary<string, byte[]> Files => _files;

    /// <inheritdoc/>
    public string Location => "memory";

    /// <inheritdoc/>
    public Task SaveAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_files.GetOrAdd(path, static (_, bytes) => bytes.ToArray(), content).AsSpan().SequenceEqual(content.Span))
        {
            throw BackendErrors.AlreadyExists(path, Location);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<byte[]> LoadAsync(string path, long offset, int length, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_files.TryGetValue(path, out var content))
        {
            throw BackendErrors.NotFound(path, Location);
        }

        var wanted = length < 0 ? content.Length - offset : length;
        if (wanted < 0 || offset + wanted > content.Length)
        {
            throw BackendErrors.TooShort(path, Location, offset + Math.Max(wanted, 0), content.Length);
        }

        return Task.FromResult(content.AsSpan((int)offset, (int)wanted).ToArray());
    }

    /// <inheritdoc/>
    public Task<long?> SizeAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_files.TryGetValue(path, out var content) ? content.Length : (long?)null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendFile> ListAsync(string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var (path, content) in _files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (path.StartsWith(directory + "/", StringComparison.Ordinal))
            {
                yield return new BackendFile(path, content.Length);
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _files.TryRemove(path, out _);

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
