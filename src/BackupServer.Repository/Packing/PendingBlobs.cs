using System.Diagnostics.CodeAnalysis;

namespace BackupServer.Repository.Packing;

/// <summary>
/// Blobs that are being stored and that no index knows yet. Of two callers with the same new blob one stores it and the other waits for
/// the answer, because a blob must not count as saved while it can still fail.
/// </summary>
internal sealed class PendingBlobs
{
    private readonly Lock _gate = new();
    private readonly Dictionary<BlobHandle, TaskCompletionSource<bool>> _blobs = [];
    private int _count;

    /// <summary>True if the blob is the caller's to store; otherwise <paramref name="other"/> tells whether the one before succeeded.</summary>
    public bool TryClaim(BlobHandle blob, [NotNullWhen(false)] out Task<bool>? other)
    {
        lock (_gate)
        {
            other = _blobs.TryGetValue(blob, out var claim) ? claim.Task : null;
            if (other is null)
            {
                _blobs.Add(blob, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
                Volatile.Write(ref _count, _blobs.Count);
            }

            return other is null;
        }
    }

    /// <summary>The blob is in a pack that will be stored, or the whole writer fails.</summary>
    public void Accept(BlobHandle blob)
    {
        lock (_gate)
        {
            if (_blobs.TryGetValue(blob, out var claim))
            {
                claim.TrySetResult(true);
            }
        }
    }

    /// <summary>The blob was not stored: who waits for it must try itself.</summary>
    public void GiveUp(BlobHandle blob)
    {
        lock (_gate)
        {
            if (_blobs.Remove(blob, out var claim))
            {
                claim.TrySetResult(false);
            }

            Volatile.Write(ref _count, _blobs.Count);
        }
    }

    /// <summary>The index knows the blobs now.</summary>
    public void Forget(IEnumerable<PackEntry> entries)
    {
        lock (_gate)
        {
            foreach (var entry in entries)
            {
                if (_blobs.Remove(entry.Blob, out var claim))
                {
                    claim.TrySetResult(true);
                }
            }

            Volatile.Write(ref _count, _blobs.Count);
        }
    }

    public bool Contains(BlobHandle blob)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            // Who only reads need not wait for the lock. A blob that this caller saved is counted.
            return false;
        }

        lock (_gate)
        {
            return _blobs.ContainsKey(blob);
        }
    }
}
