using BackupServer.Repository.Backends;
using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Packing;

/// <summary>
/// Fills packs, one per blob type, and writes full ones in the background. Memory is bounded: there are
/// <see cref="RepositoryOptions.ParallelUploads"/> + 2 packs at most, and who needs another one waits.
/// A failed write fails everything after it, because blobs that callers were told are safe are lost with it.
/// </summary>
internal sealed class PackWriter(
    IRepositoryBackend backend,
    Sealer sealer,
    RepositoryOptions options,
    Func<FinishedPack, CancellationToken, Task> stored) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _slots = new(options.ParallelUploads + 2);
    private readonly CancellationTokenSource _lifetime = new();
    private readonly Stack<PackBuilder> _free = new();
    private readonly PackBuilder?[] _open = new PackBuilder?[2];
    private readonly List<Task> _uploads = [];
    private Exception? _failure;

    /// <summary>Takes a sealed blob. The bytes are copied before the call returns.</summary>
    public async ValueTask AppendAsync(
        BlobHandle blob, ReadOnlyMemory<byte> sealedBytes, int uncompressedLength, CancellationToken cancellationToken)
    {
        while (!TryAppend(blob, sealedBytes.Span, uncompressedLength))
        {
            await _slots.WaitAsync(cancellationToken);
            OpenPack(blob.Type);
        }
    }

    /// <summary>Closes the open packs and waits until all packs are stored.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        Task[] running;
        lock (_gate)
        {
            StartUpload_NeedsLock(BlobType.Data);
            StartUpload_NeedsLock(BlobType.Tree);
            running = [.. _uploads];
        }

        await Task.WhenAll(running).WaitAsync(cancellationToken);
        lock (_gate)
        {
            ThrowIfFailed_NeedsLock();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            _failure ??= new ObjectDisposedException(nameof(Repository));
            running = [.. _uploads];
        }

        await _lifetime.CancelAsync();
        await Task.WhenAll(running);
        _lifetime.Dispose();
        _slots.Dispose();
    }

    private bool TryAppend(BlobHandle blob, ReadOnlySpan<byte> sealedBytes, int uncompressedLength)
    {
        lock (_gate)
        {
            ThrowIfFailed_NeedsLock();
            if (_open[(int)blob.Type] is not { } pack)
            {
                return false;
            }

            pack.Add(blob, sealedBytes, uncompressedLength);
            if (pack.Length > options.PackSize)
            {
                StartUpload_NeedsLock(blob.Type);
            }

            return true;
        }
    }

    private void OpenPack(BlobType type)
    {
        lock (_gate)
        {
            if (_open[(int)type] is null)
            {
                _open[(int)type] = _free.TryPop(out var pack) ? pack : new PackBuilder(options.PackSize + (options.PackSize / 8));
            }
            else
            {
                _slots.Release();
            }
        }
    }

    private void StartUpload_NeedsLock(BlobType type)
    {
        if (_open[(int)type] is { } pack)
        {
            _open[(int)type] = null;
            _uploads.RemoveAll(static upload => upload.IsCompleted);
            _uploads.Add(Task.Run(() => UploadAsync(pack)));
        }
    }

    /// <summary>Never throws: the failure is kept for everybody who comes after.</summary>
    private async Task UploadAsync(PackBuilder builder)
    {
        try
        {
            if (builder.Count > 0)
            {
                var (pack, content) = builder.Finish(sealer);
                await backend.SaveAsync(RepositoryPaths.Pack(pack.Id), content, _lifetime.Token);
                await stored(pack, _lifetime.Token);
            }
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                _failure ??= e;
            }
        }
        finally
        {
            builder.Clear();
            lock (_gate)
            {
                _free.Push(builder);
            }

            _slots.Release();
        }
    }

    private void ThrowIfFailed_NeedsLock()
    {
        if (_failure is not null)
        {
            throw new RepositoryException(
                (_failure as RepositoryException)?.Kind ?? RepositoryErrorKind.Backend,
                $"a pack could not be stored in {backend.Location}, so nothing more is written: {_failure.Message}; "
                    + "fix the storage, open the repository again and repeat the backup: what is stored is found again",
                _failure);
        }
    }
}
