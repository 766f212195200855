using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BackupServer.Repository.Interop;
using Microsoft.Win32.SafeHandles;

namespace BackupServer.Repository.Backends;

/// <summary>
/// A repository in a directory, laid out and protected as stock restic does: files 0400 and directories 0700, or 0440 and 0750 where
/// <c>config</c> is readable for its group. A file appears under its name only when it is whole and on the disk, and never replaces another.
/// Several processes may use the directory at once, also over NFS.
/// </summary>
public sealed class LocalBackend(string directory, TimeProvider timeProvider) : IRepositoryBackend
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead;
    private const UnixFileMode OwnerDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode GroupDirectory = OwnerDirectory | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
    private const string Reading = "read";
    private const string TemporaryMark = "-tmp-";
    private static readonly string[] Directories = ["keys", "snapshots", "index", "locks", "data"];
    private readonly string _root = Path.GetFullPath(directory);
    private readonly OpenFiles _openFiles = new();
    private bool? _groupReadable;

    /// <inheritdoc/>
    public string Location => _root;

    /// <inheritdoc/>
    public Task SaveAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Run("write", path, () => Save(path, content.Span), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]> LoadAsync(string path, long offset, int length, CancellationToken cancellationToken) =>
        Run(Reading, path, () => Load(path, offset, length), cancellationToken);

    /// <inheritdoc/>
    public ValueTask ReadAsync(string path, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var read = Run(Reading, path, () => Fill(path, offset, destination.Span), cancellationToken);
        return read.IsCompletedSuccessfully ? ValueTask.CompletedTask : new ValueTask(read);
    }

    /// <inheritdoc/>
    public Task<long?> SizeAsync(string path, CancellationToken cancellationToken) =>
        Run("look at", path, () => new FileInfo(FullPath(path)) is { Exists: true } file ? file.Length : (long?)null, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendFile> ListAsync(
        string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = await Run("list", directory, () => List(directory), cancellationToken);
        foreach (var file in files)
        {
            yield return file;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) =>
        Run("delete", path, () => Delete(path), cancellationToken);

    /// <inheritdoc/>
    public Task RemoveLeftoversAsync(TimeSpan olderThan, CancellationToken cancellationToken) =>
        Run("clean", string.Empty, () => RemoveLeftovers(olderThan), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _openFiles.Dispose();
        return ValueTask.CompletedTask;
    }

    private string FullPath(string path) => Path.Combine(_root, path);

    private bool Save(string path, ReadOnlySpan<byte> content)
    {
        var final = FullPath(path);
        var parent = Path.GetDirectoryName(final)!;
        CreateDirectory(parent);
        if (path == "config")
        {
            Array.ForEach(Directories, name => CreateDirectory(FullPath(name)));
        }

        var temporary = $"{final}{TemporaryMark}{Guid.NewGuid():N}";
        try
        {
            WriteDurably(temporary, content);
            Publish(path, temporary, final, content);
            SyncDirectory(parent);
        }
        finally
        {
            File.Delete(temporary);
        }

        return true;
    }

    private void WriteDurably(string file, ReadOnlySpan<byte> content)
    {
        using var handle = File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None);
        RandomAccess.Write(handle, content, 0);
        File.SetUnixFileMode(handle, IsGroupReadable() ? OwnerFile | UnixFileMode.GroupRead : OwnerFile);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>A hard link refuses to replace, which a rename does not; the rename is for file systems without links.</summary>
    private void Publish(string path, string temporary, string final, ReadOnlySpan<byte> content)
    {
        if (LibC.Link(temporary, final) == 0)
        {
            return;
        }

        if (Marshal.GetLastPInvokeError() != LibC.Exists && !File.Exists(final))
        {
            File.Move(temporary, final);
            return;
        }

        if (!File.ReadAllBytes(final).AsSpan().SequenceEqual(content))
        {
            throw BackendErrors.AlreadyExists(path, Location);
        }
    }

    private byte[] Load(string path, long offset, int length)
    {
        using var handle = File.OpenHandle(FullPath(path));
        var size = RandomAccess.GetLength(handle);
        var wanted = length < 0 ? size - offset : length;
        if (wanted < 0 || offset + wanted > size)
        {
            throw BackendErrors.TooShort(path, Location, offset + Math.Max(wanted, 0), size);
        }

        if (wanted > Packing.BlobLimits.File)
        {
            throw BackendErrors.TooLarge(path, Location, wanted, Packing.BlobLimits.File);
        }

        var content = GC.AllocateUninitializedArray<byte>((int)wanted);
        Fill(handle, path, offset, content);
        return content;
    }

    private bool Fill(string path, long offset, Span<byte> destination)
    {
        var handle = _openFiles.Rent(FullPath(path));
        try
        {
            Fill(handle, path, offset, destination);
        }
        finally
        {
            _openFiles.Return(FullPath(path), handle);
        }

        return true;
    }

    private void Fill(SafeFileHandle handle, string path, long offset, Span<byte> destination)
    {
        var read = 0;
        while (read < destination.Length)
        {
            var count = RandomAccess.Read(handle, destination[read..], offset + read);
            read += count > 0 ? count : throw BackendErrors.TooShort(path, Location, offset + destination.Length, offset + read);
        }
    }

    private List<BackendFile> List(string directory)
    {
        var files = new List<BackendFile>();
        var root = new DirectoryInfo(FullPath(directory));
        if (!root.Exists)
        {
            return files;
        }

        foreach (var file in root.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            // A file that vanishes between its listing and its stat was deleted by somebody who may: it is not there.
            if (!file.Name.Contains(TemporaryMark, StringComparison.Ordinal) && file.Exists)
            {
                files.Add(new BackendFile(Path.GetRelativePath(_root, file.FullName), file.Length));
            }
        }

        return files;
    }

    private bool Delete(string path)
    {
        try
        {
            File.Delete(FullPath(path));
        }
        catch (DirectoryNotFoundException)
        {
            // Then the file is gone too, which is what was wanted.
            return false;
        }

        return true;
    }

    private bool RemoveLeftovers(TimeSpan olderThan)
    {
        var limit = (timeProvider.GetUtcNow() - olderThan).UtcDateTime;
        foreach (var file in new DirectoryInfo(_root).EnumerateFiles("*" + TemporaryMark + "*", SearchOption.AllDirectories))
        {
            if (file.LastWriteTimeUtc < limit)
            {
                file.Delete();
            }
        }

        return true;
    }

    private bool IsGroupReadable()
    {
        if (_groupReadable is null && File.Exists(FullPath("config")))
        {
            _groupReadable = File.GetUnixFileMode(FullPath("config")).HasFlag(UnixFileMode.GroupRead);
        }

        return _groupReadable ?? false;
    }

    private void CreateDirectory(string directory)
    {
        if (Directory.Exists(directory))
        {
            return;
        }

        // One level after the other: each new name must be on the disk before what is below it counts as stored.
        var parent = Path.GetDirectoryName(directory)!;
        CreateDirectory(parent);
        Directory.CreateDirectory(directory, IsGroupReadable() ? GroupDirectory : OwnerDirectory);
        SyncDirectory(parent);
    }

    private static void SyncDirectory(string directory)
    {
        var descriptor = LibC.Open(directory, LibC.ReadOnlyCloseOnExec);
        if (descriptor < 0)
        {
            throw new IOException($"cannot open directory {directory}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        try
        {
            // Some network file systems cannot sync a directory and say so with EINVAL; they write names through.
            if (LibC.FSync(descriptor) != 0 && Marshal.GetLastPInvokeError() != LibC.Invalid)
            {
                throw new IOException($"cannot sync directory {directory}: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
        finally
        {
            _ = LibC.Close(descriptor);
        }
    }

    // On the caller's thread: most of it is a few kilobytes or one system call, and another thread would cost more than that. Packs are written by threads of their own.
    private Task<T> Run<T>(string action, string path, Func<T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            return Task.FromResult(work());
        }
        catch (Exception e) when (action == Reading && e is (FileNotFoundException or DirectoryNotFoundException))
        {
            return Task.FromException<T>(BackendErrors.NotFound(path, Location));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromException<T>(BackendErrors.Failed(action, path, Location, e));
        }
        catch (RepositoryException e)
        {
            return Task.FromException<T>(e);
        }
    }
}
