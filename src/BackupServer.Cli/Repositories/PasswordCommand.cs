using System.ComponentModel;
using System.Diagnostics;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>Passwords that a program prints, such as that of a password manager. It is run without a shell, as stock restic does.</summary>
internal static class PasswordCommand
{
    /// <summary>Runs it, and takes what it prints without the white space around.</summary>
    /// <exception cref="CommandException">It cannot be run, fails, or prints nothing.</exception>
    public static async Task<string> ReadAsync(string command, CancellationToken cancellationToken)
    {
        var words = CommandWords.Split(command);
        if (words.Count == 0)
        {
            throw CommandException.Usage("the password command is empty");
        }

        // Its errors, and its questions, go where ours do.
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Start(start);
        try
        {
            var password = (await process.StandardOutput.ReadToEndAsync(cancellationToken)).Trim();
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, password.Length) switch
            {
                (not 0, _) => throw new CommandException($"the password command '{words[0]}' ended with exit code {process.ExitCode}"),
                (_, 0) => throw new CommandException($"the password command '{words[0]}' printed no password"),
                _ => password,
            };
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new CommandException($"the password command '{start.FileName}' cannot be started: {e.Message}", inner: e);
        }
    }
}
