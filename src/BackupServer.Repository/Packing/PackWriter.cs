using System.Diagnostics.CodeAnalysis;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Chunking;
using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Packing;

/// <summary>
/// Fills packs, one per blob type, and writes full ones in the background. Blobs are sealed where they will lie in the pack, several at a time. Memory is bounded: there are
/// <see cref="RepositoryOptions.ParallelUploads"/> + 1 packs of a type at most, and who needs another one waits.
/// A failed write fails everything after it, because blobs that callers were told are safe are lost with it.
/// </summary>
internal sealed class PackWriter(
    IRepositoryBackend backend,
    Sealer sealer,
    BlobCodec codec,
    RepositoryOptions options,
    Func<FinishedPack, CancellationToken, Task> stored) : IAsyncDisposable
{
    // Room for the blob with which a pack exceeds its size, and for the header.
    private const int LastBlob = ChunkLimits.Maximum + (512 << 10);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim[] _slots = [new(options.ParallelUploads + 1), new(options.ParallelUploads + 1)];
    private readonly CancellationTokenSource _lifetime = new();
    private readonly Stack<PackBuilder> _free = new();
    private readonly OpenPack?[] _open = new OpenPack?[2];
    private readonly List<Task> _uploads = [];
    private Exception? _failure;

    /// <summary>Takes a blob; it is in its pack when the call returns, and returns how many bytes it takes there.</summary>
    public async ValueTask<int> AppendAsync(IdentifiedBlob blob, CancellationToken cancellationToken)
    {
        using var prepared = codec.Prepare(blob.Blob.Type, blob.Plaintext);
        OpenPack? pack;
        Memory<byte> room;
        while (!TryReserve(blob.Blob, prepared, out pack, out room))
        {
            await _slots[(int)blob.Blob.Type].WaitAsync(cancellationToken);
            Open(blob.Blob.Type);
        }

        try
        {
            codec.SealInto(blob, prepared, room.Span);
        }
        catch (Exception e)
        {
            // There is room in the pack without a blob: it cannot be stored.
            Fail(e);
            throw;
        }
        finally
        {
            Leave(pack);
        }

        return prepared.SealedLength;
    }

    /// <summary>Closes the open packs and waits until all packs are stored.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        Task[] running;
        lock (_gate)
        {
            Close_NeedsLock(BlobType.Data);
            Close_NeedsLock(BlobType.Tree);
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
        Array.ForEach(_slots, static slots => slots.Dispose());
    }

    private bool TryReserve(BlobHandle blob, PreparedBlob prepared, [NotNullWhen(true)] out OpenPack? pack, out Memory<byte> room)
    {
        lock (_gate)
        {
            ThrowIfFailed_NeedsLock();
            room = default;
            pack = _open[(int)blob.Type];
            if (pack is null)
            {
                return false;
            }

            if (!pack.Builder.TryReserve(blob, prepared.SealedLength, prepared.UncompressedLength, out room))
            {
                Close_NeedsLock(blob.Type);
                return false;
            }

            pack.Sealing++;
            if (pack.Builder.Length > options.PackSize)
            {
                Close_NeedsLock(blob.Type);
            }

            return true;
        }
    }

    private void Open(BlobType type)
    {
        lock (_gate)
        {
            if (_open[(int)type] is null)
            {
                var builder = _free.TryPop(out var free) ? free : new PackBuilder(options.PackSize + LastBlob);
                _open[(int)type] = new OpenPack(builder, _slots[(int)type]);
            }
            else
            {
                _slots[(int)type].Release();
            }
        }
    }

    private void Close_NeedsLock(BlobType type)
    {
        if (_open[(int)type] is { } pack)
        {
            _open[(int)type] = null;
            pack.IsClosed = true;
            _uploads.RemoveAll(static upload => upload.IsCompleted);
            _uploads.Add(pack.Stored.Task);
            if (pack.Sealing == 0)
            {
                _ = Task.Run(() => UploadAsync(pack));
            }
        }
    }

    private void Leave(OpenPack pack)
    {
        lock (_gate)
        {
            if (--pack.Sealing == 0 && pack.IsClosed)
            {
                _ = Task.Run(() => UploadAsync(pack));
            }
        }
    }

    /// <summary>Never throws: the failure is kept for everybody who comes after.</summary>
    private async Task UploadAsync(OpenPack open)
    {
        try
        {
            if (open.Builder.Count > 0 && !HasFailed())
            {
                var (pack, content) = open.Builder.Finish(sealer);
                await backend.SaveAsync(RepositoryPaths.Pack(pack.Id), content, _lifetime.Token);
                await stored(pack, _lifetime.Token);
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
        finally
        {
            open.Builder.Clear();
            lock (_gate)
            {
                _free.Push(open.Builder);
            }

            open.Slots.Release();
            open.Stored.SetResult();
        }
    }

    private bool HasFailed()
    {
        lock (_gate)
        {
            return _failure is not null;
        }
    }

    private void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
        }
    }

    private void ThrowIfFailed_NeedsLock()
    {
        if (_failure is not null)
        {
            throw new RepositoryException(
                (_failure as RepositoryException)?.Kind ?? RepositoryErrorKind.Backend,
                $"{_failure.Message}; after that nothing more was written, and what is stored is found again when the backup is repeated",
                _failure);
        }
    }
}
