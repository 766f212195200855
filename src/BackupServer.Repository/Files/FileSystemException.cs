using System.Runtime.InteropServices;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Files;

/// <summary>A system call on a file failed. The message names the call, the file and what the kernel said.</summary>
/// <param name="operation">What was tried, as a verb: <c>open</c>, <c>read xattr</c>.</param>
/// <param name="name">Name or path it was tried on.</param>
/// <param name="errorNumber">Linux error number.</param>
public sealed class FileSystemException(string operation, RawName name, int errorNumber)
    : IOException($"cannot {operation} '{name}': {Marshal.GetPInvokeErrorMessage(errorNumber)}")
{
    /// <summary>Linux error number.</summary>
    public int ErrorNumber { get; } = errorNumber;

    /// <summary>What the kernel said, without operation and name.</summary>
    public string Reason { get; } = Marshal.GetPInvokeErrorMessage(errorNumber);

    /// <summary>The entry, or a directory above it, is not there (any more).</summary>
    public bool IsMissing => ErrorNumber is LinuxError.NotFound or LinuxError.NotDirectory or LinuxError.Stale;

    /// <summary>The process lacks a permission or capability.</summary>
    public bool IsDenied => ErrorNumber is LinuxError.AccessDenied or LinuxError.NotPermitted;

    /// <summary>The file system does not have the feature.</summary>
    public bool IsUnsupported => ErrorNumber is LinuxError.NotSupported or LinuxError.NotImplemented or LinuxError.InvalidIoctl;

    /// <summary>The exception for the last failed call of this thread.</summary>
    internal static FileSystemException Last(string operation, RawName name) => new(operation, name, Marshal.GetLastPInvokeError());
}
