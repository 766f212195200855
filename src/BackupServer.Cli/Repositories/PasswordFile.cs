using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>Passwords in files; as stock restic, without the white space around them.</summary>
internal static class PasswordFile
{
    private const UnixFileMode TooWide = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;

    /// <summary>Reads one; warns when others can read or change it.</summary>
    /// <exception cref="CommandException">There is none in the file.</exception>
    public static async Task<string> ReadAsync(string path, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            // A pipe, as a shell makes for <(…), has a mode that says nothing.
            if (new FileInfo(path) is { Exists: true, Length: > 0 } && (File.GetUnixFileMode(path) & TooWide) != UnixFileMode.None)
            {
                await terminal.Error.WriteLineAsync($"warning: others can read or change the password file {path}; restrict it with 'chmod 600 {path}'");
            }

            var password = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            return password.Length > 0 ? password : throw new CommandException($"the password file {path} is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"the password file cannot be read: {e.Message}", inner: e);
        }
    }
}
