using System.CommandLine;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Repositories;

/// <summary>Options that say which snapshots are meant where none is named, as stock restic has them.</summary>
/// <param name="hostLetter">Whether <c>-H</c> is short for <c>--host</c>; in <c>forget</c> it is <c>--keep-hourly</c>, as in stock restic.</param>
internal sealed class SnapshotFilterOptions(bool hostLetter = true)
{
    /// <summary>The filter when nothing was said.</summary>
    public static SnapshotFilter Everything { get; } = new();

    private readonly Option<string[]> _hosts = new("--host", hostLetter ? ["-H"] : []) { Description = "only snapshots of this host; may be repeated for any of several", HelpName = "NAME" };
    private readonly Option<string[]> _tags = new("--tag") { Description = "only snapshots with all of these tags; may be repeated for any of several lists; '' is without tags", HelpName = "TAG,…" };
    private readonly Option<string[]> _paths = new("--path") { Description = "only snapshots with this path; may be repeated for all of several", HelpName = "PATH" };

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_hosts);
        command.Add(_tags);
        command.Add(_paths);
    }

    /// <summary>The filter that the options say.</summary>
    public SnapshotFilter Read(ParseResult parsed) => new Option[] { _hosts, _tags, _paths }.All(option => parsed.GetResult(option) is null) ? Everything : new()
    {
        Hosts = parsed.GetValue(_hosts) ?? [],
        Tags = [.. (parsed.GetValue(_tags) ?? []).Select(static tags => tags.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
        Paths = parsed.GetValue(_paths) ?? [],
    };

    /// <summary>The argument that names snapshots where the options do not.</summary>
    public static Argument<string[]> Ids(string description = "snapshots: ids, their beginnings, or latest; none for all that the options mean") =>
        new("ID") { Description = description, Arity = ArgumentArity.ZeroOrMore };
}
