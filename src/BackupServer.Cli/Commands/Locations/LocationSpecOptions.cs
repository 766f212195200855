using System.CommandLine;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Locations;

/// <summary>Options that are fields of a location.</summary>
internal sealed class LocationSpecOptions
{
    private readonly Option<string?> _provider = new("--provider") { Description = "object store plugin, for example FileSystem", HelpName = "NAME" };
    private readonly Option<string?> _bucket = new("--bucket") { Description = "bucket or container; for FileSystem the directory", HelpName = "NAME" };
    private readonly Option<string?> _prefix = new("--prefix") { Description = "prefix below the bucket", HelpName = "PATH" };
    private readonly Option<Dictionary<string, string>?> _config = KeyValues.Option("--config", "settings of the plugin", "KEY=VALUE");
    private readonly Option<SecretKeyReference?> _credential = SecretKeyOption.Option("--credential", "Secret and key with the plugin's credential");
    private readonly Option<SecretKeyReference?> _password =
        SecretKeyOption.Option("--password-secret", "Secret and key with the repositories' password (default: one is generated at first use)");
    private readonly Option<bool?> _default = new("--default") { Description = "use it for backups that name no location", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<AccessMode?> _accessMode = new("--access-mode") { Description = "ReadWrite, or ReadOnly to refuse every write" };
    private readonly Option<TimeSpan?> _sync = DurationOption.Optional("--backup-sync-period", "how often backups found there are made known in the cluster; 0s never");
    private readonly Option<TimeSpan?> _validation = DurationOption.Optional("--validation-frequency", "how often the location is tried; 0s only once");

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _provider, _bucket, _prefix, _config, _credential, _password, _default, _accessMode, _sync, _validation })
        {
            command.Add(option);
        }
    }

    /// <summary>The specification that the options say; what was not given is empty or null.</summary>
    public BackupStorageLocationSpec Read(ParseResult parsed) => new()
    {
        Provider = parsed.GetValue(_provider) ?? "",
        ObjectStorage = new ObjectStorageSpec { Bucket = parsed.GetValue(_bucket) ?? "", Prefix = parsed.GetValue(_prefix) },
        Config = parsed.GetPairs(_config),
        Credential = parsed.GetValue(_credential),
        PasswordSecret = parsed.GetValue(_password),
        Default = parsed.GetValue(_default),
        AccessMode = parsed.GetValue(_accessMode),
        BackupSyncPeriod = parsed.GetValue(_sync),
        ValidationFrequency = parsed.GetValue(_validation),
    };
}
