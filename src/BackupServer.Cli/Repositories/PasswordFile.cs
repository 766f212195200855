using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>Passwords in files; as stock restic, without the white space around them.</summary>
internal static class PasswordFile
{
    /// <summary>Reads one.</summary>
    /// <exception cref="CommandException">There is none in the file.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var password = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            return password.Length > 0 ? password : throw new CommandException($"the password file {path} is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"the password file cannot be read: {e.Message}", inner: e);
        }
    }
}
