using System.CommandLine;

namespace BackupServer.Cli.Commands.Backups;

/// <summary>What commands that look into a backup have in common.</summary>
internal sealed class ContentsOptions
{
    private readonly Argument<string> _name = new("NAME") { Description = "name of the backup" };
    private readonly Option<string?> _serverNamespace = new("--server-namespace") { Description = "namespace of the location (default: the backup's, or the server's usual one)", HelpName = "NS" };

    /// <summary>Declares them; the name comes first.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Insert(0, _name);
        command.Add(_serverNamespace);
    }

    /// <summary>Name of the backup.</summary>
    public string Name(ParseResult parsed) => parsed.GetValue(_name)!;

    /// <summary>Namespace of the location, if it was said.</summary>
    public string? ServerNamespace(ParseResult parsed) => parsed.GetValue(_serverNamespace);
}
