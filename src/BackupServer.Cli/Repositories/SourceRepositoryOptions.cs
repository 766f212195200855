using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>Options that say which other repository something is taken from, and its password.</summary>
internal sealed class SourceRepositoryOptions
{
    private readonly Option<string?> _repo = new("--from-repo") { Description = "the repository to take from (default: $RESTIC_FROM_REPOSITORY)", HelpName = "REPO" };

    private readonly Option<string?> _passwordFile = new("--from-password-file")
    {
        Description = "file with its password (default: $RESTIC_FROM_PASSWORD_FILE, $RESTIC_FROM_PASSWORD)",
        HelpName = "FILE",
    };

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_repo);
        command.Add(_passwordFile);
    }

    /// <summary>What was said, on the command line or by the environment; all else as for the other repository.</summary>
    /// <exception cref="CommandException">Repository or password is missing.</exception>
    public async Task<RepositoryAddress> ReadAsync(ParseResult parsed, RepositoryAddress other, CancellationToken cancellationToken)
    {
        var terminal = other.Terminal;
        var repo = parsed.GetValue(_repo) ?? terminal.Variable("RESTIC_FROM_REPOSITORY")
            ?? throw CommandException.Usage("say which repository to take from: --from-repo, or $RESTIC_FROM_REPOSITORY");
        var file = parsed.GetValue(_passwordFile) ?? terminal.Variable("RESTIC_FROM_PASSWORD_FILE");
        var password = file is not null ? await PasswordFile.ReadAsync(file, terminal, cancellationToken) : terminal.Variable("RESTIC_FROM_PASSWORD");
        return string.IsNullOrEmpty(password)
            ? throw CommandException.Usage("say the password of the repository to take from: --from-password-file, or $RESTIC_FROM_PASSWORD_FILE or $RESTIC_FROM_PASSWORD")
            : other with { Repo = repo, Password = password };
    }
}
