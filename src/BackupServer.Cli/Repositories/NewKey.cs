namespace BackupServer.Cli.Repositories;

/// <summary>A key to make.</summary>
/// <param name="Password">Its password; in no text that is printed.</param>
/// <param name="UserName">Name of the user in its file; null for this process's.</param>
/// <param name="HostName">Name of the host in its file; null for this machine's.</param>
internal sealed record NewKey(string Password, string? UserName, string? HostName);
