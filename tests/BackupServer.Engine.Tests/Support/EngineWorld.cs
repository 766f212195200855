using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Backups;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Restores;
using BackupServer.Repository;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Keys;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.Engine.Tests.Support;

/// <summary>A cluster, its agents and a manifests repository in memory, and the engine on them.</summary>
internal sealed class EngineWorld : IRunObserver, IAsyncDisposable
{
    private const string Password = "p";
    private bool _made;

    public InMemoryCluster Cluster { get; set; } = new();

    public InMemoryAgents Agents { get; set; } = new();

    public MemoryBackend Store { get; } = new();

    public RunProgress Progress { get; private set; } = new();

    /// <summary>Longer than the slowest machine takes: a test that wants a limit to pass sets a short one itself.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Everything that runs said they waited for.</summary>
    public HashSet<string> Waits { get; } = [];

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static EngineWorld WithShop()
    {
        var world = new EngineWorld();
        Shop.Install(world.Cluster);
        world.Agents.Claims["shop/data-db-0"] = "rows";
        return world;
    }

    public static BackupRequest Request(BackupSpec? spec = null, string name = "b1") => new()
    {
        Name = name,
        Uid = $"uid-{name}",
        Spec = spec ?? new BackupSpec { IncludedNamespaces = ["shop"], DefaultVolumesToFsBackup = true },
        StartedAt = DateTimeOffset.UnixEpoch.AddDays(20000),
        ClusterName = "test",
        ClusterUid = "cluster-uid",
        StorageLocation = "default",
        ActionTimeout = Patience,
        RenderBackup = report => System.Text.Encoding.UTF8.GetBytes($"{{\"phase\":\"{report.Outcome}\"}}"),
    };

    public static RestoreRequest Restore(string snapshotId, RestoreSpec? spec = null, string name = "r1") => new()
    {
        Name = name,
        Uid = $"uid-{name}",
        Spec = spec ?? new RestoreSpec(),
        BackupName = "b1",
        SnapshotId = snapshotId,
        StorageLocation = "default",
        StartedAt = DateTimeOffset.UnixEpoch.AddDays(20000),
        HolderImage = "holder",
        HolderCommand = ["sleep"],
        HolderTimeout = Patience,
        ResourceTimeout = Patience,
        DeletionTimeout = Patience,
        ActionTimeout = Patience,
    };

    public async Task<Repository.Repository> OpenAsync()
    {
        var options = new RepositoryOptions { Scrypt = ScryptParameters.MachineSecret };
        if (!_made)
        {
            _made = true;
            await (await Repository.Repository.InitAsync(Store, Password, options, TimeProvider.System, Token)).DisposeAsync();
        }

        var repository = await Repository.Repository.OpenAsync(Store, Password, options, TimeProvider.System, Token);
        await repository.LoadIndexAsync(Token);
        return repository;
    }

    public async Task<BackupReport> BackUpAsync(BackupRequest? request = null, CancellationTokenSource? cancel = null, CancellationTokenSource? stop = null)
    {
        await using var repository = await OpenAsync();
        return await new BackupRunner(Cluster, Agents, TimeProvider.System, NullLogger<BackupRunner>.Instance)
            .RunAsync(request ?? Request(), repository, this, cancel?.Token ?? CancellationToken.None, stop?.Token ?? Token);
    }

    public async Task<RestoreReport> RestoreAsync(RestoreRequest request, CancellationTokenSource? cancel = null, CancellationTokenSource? stop = null)
    {
        await using var repository = await OpenAsync();
        return await new RestoreRunner(Cluster, Cluster, Agents, TimeProvider.System, NullLogger<RestoreRunner>.Instance)
            .RunAsync(request, repository, this, cancel?.Token ?? CancellationToken.None, stop?.Token ?? Token);
    }

    public void OnProgress(RunProgress progress)
    {
        Progress = progress;
        Waits.UnionWith(progress.Waits);
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
