using BackupServer.Cli.Running;

namespace BackupServer.Cli.Objects;

/// <summary>Tells how a backup or a restore ended. Phases of both are spelled alike.</summary>
internal static class Outcome
{
    /// <summary>Waits for the end of something that goes on when the waiting is interrupted, and says so then.</summary>
    public static async Task<T> OfAsync<T>(Terminal terminal, string noun, string name, Func<Task<T>> wait)
    {
        try
        {
            return await wait();
        }
        catch (OperationCanceledException)
        {
            await terminal.Error.WriteLineAsync($"{noun} \"{name}\" goes on without this program; see 'backupctl {noun} describe {name}', or stop it with 'backupctl {noun} cancel {name}'");
            throw;
        }
    }

    /// <summary>Prints the phase and what the server says about it.</summary>
    /// <returns>The exit code that the phase means.</returns>
    public static int Tell(Terminal terminal, string what, string phase, IReadOnlyList<string> messages)
    {
        var code = CodeOf(phase);
        terminal.Out.WriteLine($"{what} {phase}");
        foreach (var message in messages)
        {
            (code == ExitCodes.Ok ? terminal.Out : terminal.Error).WriteLine($"  {message}");
        }

        return code;
    }

    private static int CodeOf(string phase) => phase switch
    {
        "Completed" => ExitCodes.Ok,
        "PartiallyFailed" => ExitCodes.PartiallyFailed,
        _ => ExitCodes.Error,
    };
}
