using BackupServer.Repository.Archiving;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Files;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Files;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Archiving;

/// <summary>A repository on the disk beside a source and targets, as most tests of backup and restore need them.</summary>
internal sealed class BackupFixture : IAsyncDisposable
{
    private BackupFixture(TemporaryFolder folder, Repository repository)
    {
        Folder = folder;
        Repository = repository;
    }

    public TemporaryFolder Folder { get; }

    public Repository Repository { get; private set; }

    public string Source => Folder["source"];

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<BackupFixture> CreateAsync(RepositoryOptions? options = null)
    {
        TemporaryFolder folder = new();
        folder.MakeDirectory("source");
        folder.MakeDirectory("tmp");
        return new BackupFixture(folder, await TestRepository.InitAsync(new LocalBackend(folder["repository"], TimeProvider.System), options));
    }

    /// <summary>Opens the repository anew, as another process would.</summary>
    public async Task ReopenAsync()
    {
        await Repository.DisposeAsync();
        Repository = await TestRepository.OpenAsync(new LocalBackend(Folder["repository"], TimeProvider.System));
    }

    public Task<ArchiveResult> BackUpAsync(Func<ArchiveOptions, ArchiveOptions>? change = null)
    {
        ArchiveOptions options = new() { Root = new ArchiveRoot(Source, "data"), HostName = "test" };
        return new Archiver(Repository).ArchiveAsync(change?.Invoke(options) ?? options, Cancellation);
    }

    public Task<RestoreResult> RestoreAsync(Snapshot snapshot, string target, Func<RestoreOptions, RestoreOptions>? change = null)
    {
        RestoreOptions options = new() { Target = Folder[target], SubPath = "/data" };
        return new Restorer(new SnapshotReader(Repository, snapshot)).RestoreAsync(change?.Invoke(options) ?? options, Cancellation);
    }

    public TreeComparison Compare(string expected, string actual) => new TreeComparer().Compare(Folder[expected], Folder[actual], Cancellation);

    public StockRestic Restic() => new(Folder["repository"], TestRepository.Password, Folder["tmp"]);

    public async ValueTask DisposeAsync()
    {
        await Repository.DisposeAsync();
        Folder.Dispose();
    }
}
