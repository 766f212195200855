using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>Options of a new key: its password, and the names in its file.</summary>
internal sealed class NewKeyOptions
{
    private readonly Option<string?> _file = new("--new-password-file") { Description = "file with the new password (on a terminal it is asked for otherwise)", HelpName = "FILE" };
    private readonly Option<string?> _user = new("--user") { Description = "user name in the key file (default: this process's)", HelpName = "NAME" };
    private readonly Option<string?> _host = new("--host") { Description = "host name in the key file (default: this machine's)", HelpName = "NAME" };

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_user);
        command.Add(_host);
    }

    /// <summary>What was said; the password is read now.</summary>
    /// <exception cref="CommandException">There is no password.</exception>
    public async Task<NewKey> ReadAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var password = parsed.GetValue(_file) is { } file
            ? await PasswordFile.ReadAsync(file, terminal, cancellationToken)
            : await PasswordPrompt.AskAsync(terminal, "new password of the repository: ", isNew: true, cancellationToken) ?? throw CommandException.Usage("say the new password: --new-password-file");
        return new NewKey(password, parsed.GetValue(_user), parsed.GetValue(_host));
    }
}
