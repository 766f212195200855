using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>Options that say which repository, and with which password; declared once, understood by all verbs.</summary>
internal sealed class RepositoryLocationOptions
{
    private readonly Option<string?> _repo = new("--repo", "-r")
    {
        Description = "repository: a directory, file:///directory, or scheme:address of an object store plugin (default: $RESTIC_REPOSITORY)",
        HelpName = "REPO",
        Recursive = true,
    };

    private readonly Option<FileInfo?> _passwordFile = new("--password-file", "-p")
    {
        Description = "file with the password (default: $BACKUPCTL_PASSWORD_FILE, $RESTIC_PASSWORD_FILE, $RESTIC_PASSWORD; on a terminal it is asked for)",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json") { Description = "print the result as JSON", Recursive = true };
    private readonly Option<bool> _noLock = new("--no-lock") { Description = "do not lock: for reading from a read-only place", Recursive = true };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "show no progress", Recursive = true };

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _repo, _passwordFile, _json, _noLock, _quiet })
        {
            command.Add(option);
        }
    }

    /// <summary>What was said, on the command line or by the environment. The password is read now.</summary>
    /// <exception cref="CommandException">Repository or password is missing.</exception>
    public async Task<RepositoryAddress> ReadAsync(ParseResult parsed, CommandContext context, CancellationToken cancellationToken)
    {
        var repo = parsed.GetValue(_repo) ?? context.Terminal.Variable("RESTIC_REPOSITORY")
            ?? throw CommandException.Usage("say which repository: --repo, or $RESTIC_REPOSITORY");
        return new RepositoryAddress
        {
            Repo = repo,
            Password = await PasswordAsync(parsed, context.Terminal, cancellationToken),
            Json = parsed.GetValue(_json),
            NoLock = parsed.GetValue(_noLock),
            Quiet = parsed.GetValue(_quiet),
            Terminal = context.Terminal,
            Time = context.Time,
        };
    }

    private async Task<string> PasswordAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(_passwordFile)?.FullName ?? terminal.Variable("BACKUPCTL_PASSWORD_FILE") ?? terminal.Variable("RESTIC_PASSWORD_FILE");
        if (file is not null)
        {
            return await PasswordFile.ReadAsync(file, terminal, cancellationToken);
        }

        return terminal.Variable("RESTIC_PASSWORD") is { Length: > 0 } password
            ? password
            : await PasswordPrompt.AskAsync(terminal, isNew: parsed.CommandResult.Command is VerbCommand { Name: "init" }, cancellationToken)
                ?? throw CommandException.Usage("say the password: --password-file, or $RESTIC_PASSWORD_FILE or $RESTIC_PASSWORD");
    }
}
