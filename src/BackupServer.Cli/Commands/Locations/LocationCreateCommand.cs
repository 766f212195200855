using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;
using BackupServer.Kubernetes.Secrets;
using BackupServer.PluginHost;
using BackupServer.PluginHost.ObjectStores;

namespace BackupServer.Cli.Commands.Locations;

/// <summary><c>location create</c>: names a place for backups.</summary>
internal static class LocationCreateCommand
{
    private const string CredentialKey = "credential";

    public static Command Create(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "name of the location" };
        var url = new Option<string?>("--url") { Description = "address of the place: file:///directory, or any scheme of an object store plugin", HelpName = "URL" };
        var options = new LocationSpecOptions();
        var credentialFile = new Option<FileInfo?>("--credential-file") { Description = "file with the plugin's credential; kept in a Secret", HelpName = "FILE" };
        var command = new VerbCommand("create", "Creates a location.") { name, url, credentialFile };
        options.AddTo(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
            RunAsync(cluster, parsed.GetValue(name)!, parsed.GetValue(url), options.Read(parsed), parsed.GetValue(credentialFile), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        Cluster cluster, string name, string? url, BackupStorageLocationSpec spec, FileInfo? credentialFile, CancellationToken cancellationToken)
    {
        if (credentialFile is not null && spec.Credential is not null)
        {
            throw CommandException.Usage("give --credential or --credential-file, not both");
        }

        using var plugins = await Plugins.LoadAsync(cluster.Terminal, cluster.Time, cancellationToken);
        Address(spec, url, plugins);
        ReadOnlyMemory<byte>? credential = credentialFile is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(await File.ReadAllBytesAsync(credentialFile.FullName, cancellationToken));
        Validate(spec, credential, plugins);
        if (credential is { } content)
        {
            spec.Credential = await KeepAsync(cluster, name, content, cancellationToken);
        }

        var location = new BackupStorageLocation { Metadata = new ObjectMeta { Name = name, Namespace = cluster.Namespace }, Spec = spec };
        await ObjectKind<BackupStorageLocation>.CreateAsync(cluster, location, cancellationToken);
        return ExitCodes.Ok;
    }

    private static void Address(BackupStorageLocationSpec spec, string? url, PluginCatalog plugins)
    {
        if (url is null)
        {
            if (spec.Provider.Length == 0 || spec.ObjectStorage.Bucket.Length == 0)
            {
                throw CommandException.Usage("say where: --url, or --provider and --bucket");
            }

            return;
        }

        if (spec.Provider.Length > 0 || spec.ObjectStorage.Bucket.Length > 0 || spec.ObjectStorage.Prefix is not null)
        {
            throw CommandException.Usage("--url says provider, bucket and prefix; give it or these, not both");
        }

        var (provider, configuration) = plugins.ParseUrl(url);
        spec.Provider = provider.Name;
        spec.ObjectStorage = new ObjectStorageSpec { Bucket = configuration.Bucket, Prefix = configuration.Prefix is "" ? null : configuration.Prefix };
        var config = new Dictionary<string, string>(configuration.Config, StringComparer.Ordinal);
        foreach (var (key, value) in spec.Config ?? [])
        {
            config[key] = value;
        }

        spec.Config = config.Count == 0 ? null : config;
    }

    /// <summary>A provider that is not installed beside this program may well be beside the server; what is known here is said before anything is created.</summary>
    private static void Validate(BackupStorageLocationSpec spec, ReadOnlyMemory<byte>? credential, PluginCatalog plugins)
    {
        var known = plugins.Plugins.SelectMany(static plugin => plugin.Offers).Any(offer => offer == (PluginOfferKind.ObjectStore, spec.Provider));
        var problems = known ? plugins.ObjectStore(spec.Provider).Validate(StorageLocations.ConfigurationOf(spec, credential)) : [];
        if (problems.Count > 0)
        {
            throw new CommandException($"provider {spec.Provider} does not take this location: {string.Join("; ", problems)}");
        }
    }

    private static async Task<SecretKeyReference> KeepAsync(Cluster cluster, string location, ReadOnlyMemory<byte> credential, CancellationToken cancellationToken)
    {
        var reference = new SecretKeyReference { Name = $"{location}-credential", Key = CredentialKey };
        var secret = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = reference.Name, ["namespace"] = cluster.Namespace },
            ["data"] = new JsonObject { [reference.Key] = Convert.ToBase64String(credential.Span) },
        };
        _ = await cluster.Client.CreateAsync(SecretKeys.Resource, cluster.Namespace, RawObject.From(secret).Utf8, cancellationToken: cancellationToken);
        await cluster.Terminal.Out.WriteLineAsync($"secret/{reference.Name} created");
        return reference;
    }
}
