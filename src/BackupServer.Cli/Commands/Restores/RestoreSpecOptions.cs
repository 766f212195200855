using System.CommandLine;
using System.Globalization;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Restores;

/// <summary>Options that are fields of a restore.</summary>
internal sealed class RestoreSpecOptions
{
    private readonly Option<string?> _backup = new("--from-backup") { Description = "backup to restore", HelpName = "NAME" };
    private readonly Option<string?> _schedule = new("--from-schedule") { Description = "restore the newest backup of this schedule", HelpName = "NAME" };
    private readonly Option<DateTimeOffset?> _pointInTime = new("--point-in-time")
    {
        Description = "with --from-schedule: the newest backup not after this time (RFC 3339)",
        HelpName = "TIME",
        CustomParser = static result =>
        {
            if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            {
                return time;
            }

            result.AddError($"'{result.Tokens[0].Value}' is no time; write 2026-01-31T04:00:00Z");
            return null;
        },
    };

    private readonly FilterOptions _filter = new();
    private readonly Option<Dictionary<string, string>?> _namespaces = KeyValues.Option("--namespace-mapping", "restore a namespace under another name", "OLD:NEW,…", ':');
    private readonly Option<Dictionary<string, string>?> _classes = KeyValues.Option("--storage-class-mapping", "use another StorageClass", "OLD:NEW,…", ':');
    private readonly Option<ExistingResourcePolicy?> _existing = new("--existing-resource-policy") { Description = "what happens to objects that exist and differ: none leaves them, update patches them (default: none)" };
    private readonly Option<bool?> _volumes = new("--restore-volumes") { Description = "false: claims get new, empty volumes (default: true)", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool?> _nodePorts = new("--preserve-nodeports") { Description = "keep the node ports of Services", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<TimeSpan?> _ready = DurationOption.Optional("--wait-for-ready", "how long to wait for workloads at the end; 0s not at all (default: 10m)");
    private readonly Option<TimeSpan?> _timeout = DurationOption.Optional("--item-operation-timeout", "how long one volume may take (default: 4h)");
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "only plan; the plan is in the messages" };

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_backup);
        command.Add(_schedule);
        command.Add(_pointInTime);
        _filter.AddTo(command);
        foreach (var option in new Option[] { _namespaces, _classes, _existing, _volumes, _nodePorts, _ready, _timeout, _dryRun })
        {
            command.Add(option);
        }

        _namespaces.Aliases.Add("--namespace-mappings");
        command.Validators.Add(result =>
        {
            if (result.GetValue(_backup) is null == result.GetValue(_schedule) is null)
            {
                result.AddError("say what to restore: either --from-backup or --from-schedule");
            }

            if (result.GetResult(_pointInTime) is { Implicit: false } && result.GetValue(_schedule) is null)
            {
                result.AddError("--point-in-time chooses among the backups of --from-schedule");
            }
        });
    }

    /// <summary>The specification that the options say.</summary>
    public RestoreSpec Read(ParseResult parsed) => new()
    {
        BackupName = parsed.GetValue(_backup),
        ScheduleName = parsed.GetValue(_schedule),
        PointInTime = parsed.GetValue(_pointInTime),
        IncludedNamespaces = _filter.IncludedNamespaces(parsed),
        ExcludedNamespaces = _filter.ExcludedNamespaces(parsed),
        IncludedResources = _filter.IncludedResources(parsed),
        ExcludedResources = _filter.ExcludedResources(parsed),
        IncludeClusterResources = _filter.IncludeClusterResources(parsed),
        LabelSelector = _filter.Selector(parsed),
        OrLabelSelectors = _filter.OrSelectors(parsed),
        NamespaceMapping = parsed.GetPairs(_namespaces),
        StorageClassMapping = parsed.GetPairs(_classes),
        ExistingResourcePolicy = parsed.GetValue(_existing),
        RestorePVs = parsed.GetValue(_volumes),
        PreserveNodePorts = parsed.GetValue(_nodePorts),
        WaitForReady = parsed.GetValue(_ready),
        ItemOperationTimeout = parsed.GetValue(_timeout),
        DryRun = parsed.GetValue(_dryRun) ? true : null,
    };
}
