using Microsoft.Win32.SafeHandles;

namespace BackupServer.Repository.Backends;

/// <summary>
/// A few files that were read last and are still open, because blobs that are read one after the other lie in the same pack. A file that was deleted meanwhile counts as missing.
/// Safe for concurrent use; a handle has one user at a time.
/// </summary>
internal sealed class OpenFiles : IDisposable
{
    private const int Capacity = 8;

    private readonly Lock _gate = new();
    private readonly List<(string Path, SafeFileHandle Handle)> _files = [];
    private bool _disposed;

    /// <summary>Opens a file, or takes one that is open.</summary>
    /// <exception cref="IOException">There is none, or it cannot be opened.</exception>
    public SafeFileHandle Rent(string path)
    {
        SafeFileHandle? open = null;
        lock (_gate)
        {
            var index = _files.FindLastIndex(file => file.Path == path);
            if (index >= 0)
            {
                open = _files[index].Handle;
                _files.RemoveAt(index);
            }
        }

        if (open is not null && !File.Exists(path))
        {
            open.Dispose();
            open = null;
        }

        // Without an advisory lock, which would stay as long as the file is open.
        return open ?? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Gives a file back, to be kept open for a while.</summary>
    public void Return(string path, SafeFileHandle handle)
    {
        SafeFileHandle? closed = handle;
        lock (_gate)
        {
            if (!_disposed)
            {
                _files.Add((path, handle));
                closed = null;
                if (_files.Count > Capacity)
                {
                    closed = _files[0].Handle;
                    _files.RemoveAt(0);
                }
            }
        }

        closed?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _files.ForEach(static file => file.Handle.Dispose());
            _files.Clear();
        }
    }
}
