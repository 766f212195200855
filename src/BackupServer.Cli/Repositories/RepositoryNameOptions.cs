using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>
/// Options that name a repository and say its password, as stock restic has them, and the variables that say it instead: <c>--repo</c> and <c>$RESTIC_REPOSITORY</c>, or
/// <c>--from-repo</c> and <c>$RESTIC_FROM_REPOSITORY</c> for the one that something is taken from.
/// </summary>
internal sealed class RepositoryNameOptions
{
    private readonly string _prefix;
    private readonly string _variables;
    private readonly Option<string?> _repo;
    private readonly Option<string?> _repoFile;
    private readonly Option<string?> _passwordFile;
    private readonly Option<string?> _passwordCommand;

    private RepositoryNameOptions(string prefix, string variables, string what, bool isRecursive)
    {
        (_prefix, _variables) = (prefix, variables);
        _repo = Text($"--{prefix}repo", $"{what}: a directory, file:///directory, or scheme:address of an object store plugin (default: ${variables}REPOSITORY)", "REPO");
        _repoFile = Text($"--{prefix}repository-file", $"file that says the repository (default: ${variables}REPOSITORY_FILE)", "FILE");
        _passwordFile = Text($"--{prefix}password-file", $"file with its password (default: {(prefix.Length == 0 ? "$BACKUPCTL_PASSWORD_FILE, " : "")}${variables}PASSWORD_FILE)", "FILE");
        _passwordCommand = Text(
            $"--{prefix}password-command", $"program, with arguments, that prints its password (default: ${variables}PASSWORD_COMMAND; else ${variables}PASSWORD; else it is asked for)", "COMMAND");

        Option<string?> Text(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName, Recursive = isRecursive };
    }

    /// <summary>The repository that a verb works on; for all verbs below a command.</summary>
    public static RepositoryNameOptions OfTarget()
    {
        var options = new RepositoryNameOptions("", "RESTIC_", "repository", isRecursive: true);
        options._repo.Aliases.Add("-r");
        options._passwordFile.Aliases.Add("-p");
        return options;
    }

    /// <summary>The repository that something is taken from.</summary>
    public static RepositoryNameOptions OfSource() => new("from-", "RESTIC_FROM_", "repository to take from", isRecursive: false);

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _repo, _repoFile, _passwordFile, _passwordCommand })
        {
            command.Add(option);
        }
    }

    /// <summary>The repository that was named.</summary>
    /// <exception cref="CommandException">None was, or in two ways.</exception>
    public async Task<string> ReadRepositoryAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var (name, file) = Said(parsed, terminal, _repo, _repoFile, "REPOSITORY", "REPOSITORY_FILE");
        try
        {
            return name ?? (file is null ? "" : (await File.ReadAllTextAsync(file, cancellationToken)).Trim()) switch
            {
                "" => throw CommandException.Usage($"say which repository: --{_prefix}repo, --{_prefix}repository-file, or ${_variables}REPOSITORY"),
                var read => read,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"the file that says the repository cannot be read: {e.Message}", inner: e);
        }
    }

    /// <summary>The password that was said; asked for where somebody can answer.</summary>
    /// <exception cref="CommandException">None was, or in two ways, or it cannot be had.</exception>
    public async Task<string> ReadPasswordAsync(ParseResult parsed, Terminal terminal, bool isNew, CancellationToken cancellationToken)
    {
        var (file, command) = Said(parsed, terminal, _passwordFile, _passwordCommand, "PASSWORD_FILE", "PASSWORD_COMMAND");
        if (file is not null)
        {
            return await PasswordFile.ReadAsync(file, terminal, cancellationToken);
        }

        if (command is not null)
        {
            return await PasswordCommand.ReadAsync(command, cancellationToken);
        }

        return terminal.Variable($"{_variables}PASSWORD") is { Length: > 0 } password
            ? password
            : await PasswordPrompt.AskAsync(terminal, isNew, cancellationToken)
                ?? throw CommandException.Usage(
                    $"say the password{(_prefix.Length == 0 ? "" : " of the repository to take from")}: --{_prefix}password-file, --{_prefix}password-command, or ${_variables}PASSWORD_FILE, ${_variables}PASSWORD_COMMAND or ${_variables}PASSWORD");
    }

    /// <summary>Two ways to say one thing: options count before variables, and both at once say nothing.</summary>
    private (string? One, string? Other) Said(ParseResult parsed, Terminal terminal, Option<string?> one, Option<string?> other, string oneVariable, string otherVariable)
    {
        var said = (parsed.GetValue(one), parsed.GetValue(other));
        if (said is (null, null))
        {
            said = ((_prefix.Length == 0 && oneVariable == "PASSWORD_FILE" ? terminal.Variable("BACKUPCTL_PASSWORD_FILE") : null) ?? Variable(oneVariable), Variable(otherVariable));
            return said is (not null, not null) ? throw CommandException.Usage($"${_variables}{oneVariable} and ${_variables}{otherVariable} say the same in two ways; unset one") : said;
        }

        return said is (not null, not null) ? throw CommandException.Usage($"{one.Name} and {other.Name} say the same in two ways; leave one out") : said;

        string? Variable(string name) => terminal.Variable(_variables + name) is { Length: > 0 } value ? value : null;
    }
}
