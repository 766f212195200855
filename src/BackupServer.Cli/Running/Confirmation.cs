namespace BackupServer.Cli.Running;

/// <summary>Asks before something is lost.</summary>
internal static class Confirmation
{
    /// <summary>Asks; anything but yes ends the command, and so does a place where nobody can answer.</summary>
    /// <exception cref="CommandException">The answer is not yes.</exception>
    public static async Task RequireAsync(this Terminal terminal, string question, bool yes, CancellationToken cancellationToken)
    {
        if (yes)
        {
            return;
        }

        if (!terminal.CanAnswer)
        {
            throw CommandException.Usage($"{question} Nobody is here to answer: say --yes if it is meant.");
        }

        await terminal.Error.WriteAsync($"{question} [y/N] ");
        if (await terminal.In.ReadLineAsync(cancellationToken) is not ("y" or "Y" or "yes"))
        {
            throw new CommandException("nothing was done");
        }
    }
}
