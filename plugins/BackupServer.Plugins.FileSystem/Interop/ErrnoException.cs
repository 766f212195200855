using System.Runtime.InteropServices;

namespace BackupServer.Plugins.FileSystem.Interop;

/// <summary>A system call failed.</summary>
internal sealed class ErrnoException(Errno error) : IOException(Marshal.GetPInvokeErrorMessage((int)error), (int)error)
{
    public Errno Error { get; } = error;
}
