namespace BackupServer.Engine.Tests.Support;

/// <summary>The process is dead from here on.</summary>
internal sealed class KilledException : Exception;
