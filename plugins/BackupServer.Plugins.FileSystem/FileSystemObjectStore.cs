using System.Collections.Concurrent;
using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Plugins.FileSystem.Interop;

namespace BackupServer.Plugins.FileSystem;

/// <summary>
/// Objects as files below a directory. Several processes on several machines may use it at once: nothing relies on locks, only on the atomic
/// link and rename of the file system, which NFS has too. The bucket directory itself is never made: its absence is an error, because an empty one
/// in its place would look like a location without backups.
/// </summary>
internal sealed class FileSystemObjectStore(string bucket, ulong device, string prefix, TimeProvider timeProvider) : IObjectStore
{
    private const int ListBatch = 256;
    private readonly string _root = Path.Combine(bucket, prefix);
    private readonly ConcurrentDictionary<string, bool> _cleaned = new();

    /// <inheritdoc/>
    public ObjectStoreCapabilities Capabilities => ObjectStoreCapabilities.PutIfAbsent;

    /// <inheritdoc/>
    public Task PutAsync(string key, ReadOnlyMemory<byte> content, PutOptions options, CancellationToken cancellationToken) =>
        RunAsync("write", key, path => Put(path, content.Span, options, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task ReadAsync(string key, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        RunAsync("read", key, path => Read(key, path, offset, destination.Span, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<ObjectInfo?> StatAsync(string key, CancellationToken cancellationToken) =>
        RunAsync("look at", key, path => Stat(key, path), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!ObjectKey.IsValidPrefix(prefix))
        {
            throw new ObjectStoreException(ObjectStoreErrorKind.Permanent, $"cannot list '{prefix}': it is no prefix of keys");
        }

        using var objects = Enumerate(prefix).GetEnumerator();
        while (true)
        {
            var batch = await ClassifyAsync("list", prefix, () => Take(objects), cancellationToken);
            foreach (var item in batch)
            {
                yield return item;
            }

            if (batch.Count < ListBatch)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) => RunAsync(
        "delete",
        key,
        path =>
        {
            if (LibC.Unlink(path) != 0 && LibC.LastError is var error)
            {
                return error is Errno.NoEntry or Errno.NotDirectory ? RequireBucket() : throw new ErrnoException(error);
            }

            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool Put(string path, ReadOnlySpan<byte> content, PutOptions options, CancellationToken cancellationToken)
    {
        RequireBucket();
        var directory = Path.GetDirectoryName(path)!;
        DurableFile.MakeDirectories(bucket, directory);
        if (_cleaned.TryAdd(directory, true))
        {
            TemporaryFile.RemoveStale(directory, timeProvider.GetUtcNow());
        }

        DurableFile.Write(path, content, options.IfAbsent, cancellationToken);
        return true;
    }

    private bool Read(string key, string path, long offset, Span<byte> destination, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path);
        var done = 0;
        while (done < destination.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = RandomAccess.Read(file, destination[done..], offset + done);
            done += count > 0 ? count : throw new ObjectStoreException(
                ObjectStoreErrorKind.Permanent,
                $"cannot read {destination.Length} bytes from offset {offset} of '{key}' in {_root}: the file has {RandomAccess.GetLength(file)} bytes");
        }

        return true;
    }

    private ObjectInfo? Stat(string key, string path)
    {
        if (FileStatus.Of(path, out var error) is { } status)
        {
            return status.IsFile ? new ObjectInfo(key, status.Size, status.Modified) : null;
        }

        _ = error is Errno.NoEntry or Errno.NotDirectory ? RequireBucket() : throw new ErrnoException(error);
        return null;
    }

    /// <summary>Foreign files, whose names are no keys, are not objects; unfinished ones of our own are among them.</summary>
    private IEnumerable<ObjectInfo> Enumerate(string prefix)
    {
        RequireBucket();
        var start = Path.Combine(_root, prefix);
        if (FileStatus.Of(start.TrimEnd('/'), out var error) is not { IsDirectory: true })
        {
            return error is Errno.None or Errno.NoEntry or Errno.NotDirectory ? [] : throw new ErrnoException(error);
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.ReparsePoint };
        var paths = new FileSystemEnumerable<string>(start, static (ref FileSystemEntry entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory && ObjectKey.IsValid(entry.FileName),
            ShouldRecursePredicate = static (ref FileSystemEntry entry) =>
                ObjectKey.IsValid(entry.FileName) && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };

        // A file deleted since it was read from its directory is no object any more.
        return paths.Select(path => Stat(Path.GetRelativePath(_root, path), path)).OfType<ObjectInfo>();
    }

    private static List<ObjectInfo> Take(IEnumerator<ObjectInfo> objects)
    {
        var batch = new List<ObjectInfo>(ListBatch);
        while (batch.Count < ListBatch && objects.MoveNext())
        {
            batch.Add(objects.Current);
        }

        return batch;
    }

    /// <summary>The directory must still be there, and on the file system on which it was opened: below a mount point that lost its mount lies another disk.</summary>
    private bool RequireBucket()
    {
        var status = FileStatus.Of(bucket, out var error);
        if (error is not (Errno.None or Errno.NoEntry or Errno.NotDirectory))
        {
            throw new ErrnoException(error);
        }

        return status is { IsDirectory: true } directory && directory.Device == device
            ? true
            : throw new ObjectStoreException(
                ObjectStoreErrorKind.NotFound,
                $"the directory {bucket} was {(status is null ? "removed" : "unmounted or replaced")} while it was in use; it is not made anew: restore it, or mount it again");
    }

    private Task<T> RunAsync<T>(string operation, string key, Func<string, T> work, CancellationToken cancellationToken) => ObjectKey.IsValid(key)
        ? ClassifyAsync(operation, key, () => work(Path.Combine(_root, key)), cancellationToken)
        : throw new ObjectStoreException(ObjectStoreErrorKind.Permanent, $"cannot {operation} '{key}': it is no key");

    private async Task<T> ClassifyAsync<T>(string operation, string key, Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A missing file under a missing directory is another error than a missing file.
            _ = FileErrors.ErrnoOf(e) is Errno.NoEntry or Errno.NotDirectory && RequireBucket();
            throw FileErrors.Of(operation, key, _root, e);
        }
    }
}
