using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>Options that say which other repository something is taken from, and its password.</summary>
internal sealed class SourceRepositoryOptions
{
    private readonly RepositoryNameOptions _names = RepositoryNameOptions.OfSource();

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command) => _names.AddTo(command);

    /// <summary>What was said, on the command line or by the environment; all else as for the other repository.</summary>
    /// <exception cref="CommandException">Repository or password is missing.</exception>
    public async Task<RepositoryAddress> ReadAsync(ParseResult parsed, RepositoryAddress other, CancellationToken cancellationToken) => other with
    {
        Repo = await _names.ReadRepositoryAsync(parsed, other.Terminal, cancellationToken),
        Password = await _names.ReadPasswordAsync(parsed, other.Terminal, isNew: false, cancellationToken),
    };
}
