using System.Text;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Secrets;
using BackupServer.PluginHost;
using BackupServer.Repository.Locking;
using BackupServer.Server.Clusters;
using BackupServer.Server.Locations;
using BackupServer.Server.Reconcilers;
using BackupServer.Tests.Clusters;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.Server.Tests.Locations;

/// <summary>The real parts of a server on the test cluster, and a location in a directory of its own.</summary>
internal sealed class ServerParts : IAsyncDisposable
{
    private ServerParts(KubernetesClient client, PluginCatalog plugins, ServerOptions options, TimeProvider time)
    {
        (Client, Plugins, Options) = (client, plugins, options);
        Access = new LocationAccess(client, plugins, options, new ClusterIdentity(client), time);
        Lookups = new Lookups(client, options);
        Sync = new BackupSync(client, options, Access, Lookups, NullLogger<BackupSync>.Instance);
    }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public KubernetesClient Client { get; }

    public PluginCatalog Plugins { get; }

    public ServerOptions Options { get; }

    public LocationAccess Access { get; }

    public Lookups Lookups { get; }

    public BackupSync Sync { get; }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("location-tests-").FullName;

    public static async Task<ServerParts> CreateAsync(DevClusterFixture cluster, string identity = "server-0", TimeProvider? time = null)
    {
        var folders = new PluginHostOptions { Directories = [Path.Combine(DevClusterFixture.OutputOf("BackupServer.Server"), "plugins")] };
        var plugins = await PluginCatalog.LoadAsync(folders, NullLoggerFactory.Instance, TimeProvider.System, Ct);
        var options = new ServerOptions { Namespace = DevClusterFixture.Namespace, ClusterName = "kubernetes", Identity = identity, HolderImage = "none" };
        return new ServerParts(cluster.Client, plugins, options, time ?? TimeProvider.System);
    }

    /// <summary>A location as an object of the cluster, with a name nobody else has.</summary>
    public async Task<BackupStorageLocation> CreateLocationAsync(Action<BackupStorageLocationSpec>? change = null)
    {
        var spec = new BackupStorageLocationSpec { Provider = "FileSystem", ObjectStorage = new ObjectStorageSpec { Bucket = Directory } };
        change?.Invoke(spec);
        var location = new BackupStorageLocation { Metadata = new ObjectMeta { GenerateName = "location-", Namespace = Options.Namespace }, Spec = spec };
        return await Client.CreateAsync(location, cancellationToken: Ct);
    }

    /// <summary>A location whose manifests repository is made.</summary>
    public async Task<BackupStorageLocation> CreateUsedLocationAsync(string path)
    {
        var location = await CreateLocationAsync();
        _ = await Access.EnsureRepositoryAsync(location, path, null, Ct);
        return location;
    }

    /// <summary>Opens a repository as somebody else: another process, perhaps of another cluster.</summary>
    public async Task<Repository.Repository> OpenAsAsync(BackupStorageLocation location, string path, string hostName)
    {
        var backend = new Repository.Backends.LocalBackend(Path.Combine(Directory, path), TimeProvider.System);
        var password = await Access.FindPasswordAsync(location, Ct);
        return await Repository.Repository.OpenAsync(backend, password!, new Repository.RepositoryOptions { HostName = hostName }, TimeProvider.System, Ct);
    }

    public async Task SetPasswordAsync(BackupStorageLocation location, string password)
    {
        var patch = new System.Text.Json.Nodes.JsonObject
        {
            ["data"] = new System.Text.Json.Nodes.JsonObject { [RepositoryPasswords.SecretOf(location).Key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(password)) },
        };
        _ = await Client.PatchAsync(SecretKeys.Resource, Options.Namespace, RepositoryPasswords.SecretOf(location).Name, BackupServer.Kubernetes.Writes.Patch.Merge(patch), cancellationToken: Ct);
    }

    public ValueTask DisposeAsync()
    {
        Plugins.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Locks in a repository, as files.</summary>
    public int LocksIn(string path) => System.IO.Directory.GetFiles(Path.Combine(Directory, path, "locks")).Length;

    public static Task<RepositoryLock> LockAsync(Repository.Repository repository, LockMode mode) =>
        RepositoryLock.AcquireAsync(repository, mode, new LockOptions(), Ct);
}
