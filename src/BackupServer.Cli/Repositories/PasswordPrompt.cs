using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>Asks for a repository's password where somebody can answer. What is typed is not shown.</summary>
internal static class PasswordPrompt
{
    /// <summary>Asks; a new password twice, because a typing error would lock everybody out.</summary>
    /// <returns>Null where nobody can answer.</returns>
    /// <exception cref="CommandException">None was given, or both differ.</exception>
    public static Task<string?> AskAsync(Terminal terminal, bool isNew, CancellationToken cancellationToken) =>
        AskAsync(terminal, isNew ? "password of the new repository: " : "password of the repository: ", isNew, cancellationToken);

    /// <summary>As the other overload, with another question.</summary>
    public static async Task<string?> AskAsync(Terminal terminal, string question, bool isNew, CancellationToken cancellationToken)
    {
        if (!terminal.CanAnswer)
        {
            return null;
        }

        var password = await AskAsync(terminal, question, cancellationToken);
        if (password.Length == 0)
        {
            throw CommandException.Usage("no password was given");
        }

        return !isNew || await AskAsync(terminal, "the same again: ", cancellationToken) == password
            ? password
            : throw new CommandException("the two passwords differ; nothing was done");
    }

    private static async Task<string> AskAsync(Terminal terminal, string question, CancellationToken cancellationToken)
    {
        await terminal.Error.WriteAsync(question);
        await terminal.Error.FlushAsync(cancellationToken);
        var answer = await terminal.ReadSecret(cancellationToken);
        await terminal.Error.WriteLineAsync();
        return answer ?? "";
    }
}
