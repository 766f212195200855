using System.CommandLine;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Backups;

/// <summary>Options that are fields of a backup, also as the template of a schedule.</summary>
internal sealed class BackupSpecOptions
{
    private readonly FilterOptions _filter = new();
    private readonly Option<bool?> _volumes = new("--default-volumes-to-fs-backup") { Description = "copy the files of every pod volume that is not opted out; false: only of those opted in", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _location = new("--storage-location") { Description = "location to keep it in (default: the one marked default)", HelpName = "NAME" };
    private readonly Option<TimeSpan?> _ttl = DurationOption.Optional("--ttl", "how long it is meant to be kept (default: 720h)");
    private readonly Option<TimeSpan?> _timeout = DurationOption.Optional("--item-operation-timeout", "how long one volume may take (default: 4h)");
    private readonly Option<VerificationMode?> _verification = new("--verification") { Description = "what is read back before it counts as completed (default: Sample)" };

    private IEnumerable<Option> Own => [_volumes, _location, _ttl, _timeout, _verification];

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        _filter.AddTo(command);
        foreach (var option in Own)
        {
            command.Add(option);
        }
    }

    /// <summary>Whether any of the options was given.</summary>
    public bool AnyGiven(ParseResult parsed) => _filter.AnyGiven(parsed) || Own.Any(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>The specification that the options say.</summary>
    public BackupSpec Read(ParseResult parsed) => new()
    {
        IncludedNamespaces = _filter.IncludedNamespaces(parsed),
        ExcludedNamespaces = _filter.ExcludedNamespaces(parsed),
        IncludedResources = _filter.IncludedResources(parsed),
        ExcludedResources = _filter.ExcludedResources(parsed),
        IncludeClusterResources = _filter.IncludeClusterResources(parsed),
        LabelSelector = _filter.Selector(parsed),
        OrLabelSelectors = _filter.OrSelectors(parsed),
        DefaultVolumesToFsBackup = parsed.GetValue(_volumes),
        StorageLocation = parsed.GetValue(_location),
        Ttl = parsed.GetValue(_ttl),
        ItemOperationTimeout = parsed.GetValue(_timeout),
        Verification = parsed.GetValue(_verification),
    };
}
