using BackupServer.Plugins.FileSystem.Interop;
using Microsoft.Win32.SafeHandles;

namespace BackupServer.Plugins.FileSystem;

/// <summary>Files and directories that are whole and on the disk when the call returns, or not there at all.</summary>
internal static class DurableFile
{
    private const int Piece = 4 << 20;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const uint DirectoryMode = 0b111_000_000;

    /// <summary>Makes the directories between <paramref name="root"/>, which must exist, and <paramref name="directory"/>.</summary>
    public static void MakeDirectories(string root, string directory)
    {
        if (Directory.Exists(directory))
        {
            return;
        }

        var parent = Path.GetDirectoryName(directory)!;
        if (directory.Length > root.Length)
        {
            MakeDirectories(root, parent);
            if (LibC.MakeDirectory(directory, DirectoryMode) != 0 && LibC.LastError is var error and not Errno.Exists)
            {
                throw new ErrnoException(error);
            }

            Sync(parent);
        }
    }

    /// <summary>Writes a file under a temporary name, then gives it its own in one step.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content, bool ifAbsent, CancellationToken cancellationToken)
    {
        var directory = Path.GetDirectoryName(path)!;
        var temporary = TemporaryFile.NewName(directory);
        try
        {
            using (var file = File.OpenHandle(temporary, System.IO.FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                File.SetUnixFileMode(file, FileMode);
                Fill(file, content, cancellationToken);
                RandomAccess.FlushToDisk(file);
            }

            if (ifAbsent)
            {
                NameIfAbsent(temporary, path);
            }
            else
            {
                Check(LibC.Rename(temporary, path));
            }
        }
        finally
        {
            // After a rename there is nothing to remove; after a link or a failure there is.
            _ = LibC.Unlink(temporary);
        }

        Sync(directory);
    }

    /// <summary>
    /// A link fails when the name is taken. Over NFS it may also fail after it succeeded, when the answer was lost and the request repeated:
    /// then the temporary file has two names. File systems without links get a rename that does not replace.
    /// </summary>
    private static void NameIfAbsent(string temporary, string path)
    {
        if (LibC.Link(temporary, path) == 0)
        {
            return;
        }

        var error = LibC.LastError;
        if (FileStatus.Of(temporary, out _) is { Links: 2 })
        {
            return;
        }

        if (error is Errno.NotPermitted or Errno.NotSupported or Errno.NotImplemented or Errno.TooManyLinks)
        {
            Check(LibC.RenameNoReplace(temporary, path));
            return;
        }

        throw new ErrnoException(error);
    }

    private static void Fill(SafeFileHandle file, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        for (var offset = 0; offset < content.Length; offset += Piece)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RandomAccess.Write(file, content.Slice(offset, Math.Min(Piece, content.Length - offset)), offset);
        }
    }

    /// <summary>Some network file systems cannot sync a directory and say EINVAL; they write names through.</summary>
    private static void Sync(string directory)
    {
        var descriptor = LibC.Open(directory, LibC.ReadOnlyDirectory);
        if (descriptor < 0)
        {
            throw new ErrnoException(LibC.LastError);
        }

        var error = LibC.Sync(descriptor) == 0 ? Errno.None : LibC.LastError;
        _ = LibC.Close(descriptor);
        if (error is not (Errno.None or Errno.Invalid))
        {
            throw new ErrnoException(error);
        }
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new ErrnoException(LibC.LastError);
        }
    }
}
