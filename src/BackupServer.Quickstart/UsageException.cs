namespace BackupServer.Quickstart;

/// <summary>An option cannot be used; nothing was begun.</summary>
/// <param name="message">The option, its value, what is wrong with it.</param>
public sealed class UsageException(string message) : Exception(message);
