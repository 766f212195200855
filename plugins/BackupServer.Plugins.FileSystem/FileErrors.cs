using System.Runtime.InteropServices;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Plugins.FileSystem.Interop;

namespace BackupServer.Plugins.FileSystem;

/// <summary>Turns errors of the operating system into errors of an object store: what the caller can do about them, and what a person can.</summary>
internal static class FileErrors
{
    /// <summary>The error of an exception.</summary>
    public static ObjectStoreException Of(string operation, string key, string root, Exception cause) => Of(operation, key, root, ErrnoOf(cause), cause);

    /// <summary>The error of an error number.</summary>
    public static ObjectStoreException Of(string operation, string key, string root, Errno error, Exception? cause = null)
    {
        var (kind, advice) = Meaning(error);
        var what = key.Length == 0 ? root : $"'{key}' in {root}";
        var words = error == Errno.None ? cause?.Message : Marshal.GetPInvokeErrorMessage((int)error);
        return new ObjectStoreException(kind, $"cannot {operation} {what}: {words}{advice}", cause);
    }

    /// <summary>.NET keeps the error number in <see cref="Exception.HResult"/> of input/output errors, except of those that have a type of their own.</summary>
    public static Errno ErrnoOf(Exception exception) => exception switch
    {
        ErrnoException e => e.Error,
        FileNotFoundException or DirectoryNotFoundException => Errno.NoEntry,
        UnauthorizedAccessException { InnerException: IOException { HResult: > 0 and < 4096 } inner } => (Errno)inner.HResult,
        UnauthorizedAccessException => Errno.Access,
        PathTooLongException => Errno.NameTooLong,
        IOException { HResult: > 0 and < 4096 } e => (Errno)e.HResult,
        _ => Errno.None,
    };

    private static (ObjectStoreErrorKind Kind, string Advice) Meaning(Errno error) => error switch
    {
        Errno.NoEntry or Errno.NotDirectory => (ObjectStoreErrorKind.NotFound, ""),
        Errno.Exists => (ObjectStoreErrorKind.AlreadyExists, ""),
        Errno.Access or Errno.NotPermitted => (ObjectStoreErrorKind.Denied, $"; give it to uid {LibC.GetEffectiveUserId()}, as which this process runs"),
        Errno.NoSpace => (ObjectStoreErrorKind.Full, "; make room, or use a larger volume"),
        Errno.Quota => (ObjectStoreErrorKind.Full, "; raise the quota, or make room"),
        Errno.ReadOnly => (ObjectStoreErrorKind.ReadOnly, "; mount it writable"),

        // A server that restarts, a path that comes back, a table that empties: over a network these pass.
        Errno.Stale or Errno.InputOutput or Errno.Interrupted or Errno.Again or Errno.Busy or Errno.TimedOut or Errno.NotConnected
            or Errno.HostDown or Errno.HostUnreachable or Errno.FilesOfProcess or Errno.FilesOfSystem => (ObjectStoreErrorKind.Transient, ""),
        _ => (ObjectStoreErrorKind.Permanent, ""),
    };
}
