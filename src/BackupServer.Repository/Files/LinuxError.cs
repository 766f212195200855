namespace BackupServer.Repository.Files;

/// <summary>Error numbers of Linux (equal on x64 and arm64) that the code decides by.</summary>
internal static class LinuxError
{
    public const int NotPermitted = 1;
    public const int NotFound = 2;
    public const int Interrupted = 4;
    public const int NoDevice = 6;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int NotDirectory = 20;
    public const int Invalid = 22;
    public const int InvalidIoctl = 25;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;
    public const int Range = 34;
    public const int NotImplemented = 38;
    public const int NotEmpty = 39;
    public const int TooManyLinks = 40;
    public const int NoData = 61;
    public const int NotSupported = 95;
    public const int Stale = 116;
    public const int QuotaExceeded = 122;
}
