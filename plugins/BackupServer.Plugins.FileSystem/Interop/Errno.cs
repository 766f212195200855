namespace BackupServer.Plugins.FileSystem.Interop;

/// <summary>Error numbers of Linux, the same on x64 and arm64 (asm-generic/errno.h).</summary>
internal enum Errno
{
    None = 0,
    NotPermitted = 1,
    NoEntry = 2,
    Interrupted = 4,
    InputOutput = 5,
    Again = 11,
    Access = 13,
    Busy = 16,
    Exists = 17,
    NotDirectory = 20,
    Invalid = 22,
    FilesOfSystem = 23,
    FilesOfProcess = 24,
    NoSpace = 28,
    ReadOnly = 30,
    TooManyLinks = 31,
    NameTooLong = 36,
    NotImplemented = 38,
    NotSupported = 95,
    NotConnected = 107,
    TimedOut = 110,
    HostDown = 112,
    HostUnreachable = 113,
    Stale = 116,
    Quota = 122,
}
