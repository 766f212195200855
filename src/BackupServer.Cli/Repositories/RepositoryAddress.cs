using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;
using BackupServer.Repository;
using BackupServer.Repository.Backends;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Cli.Repositories;

/// <summary>A repository that a command is asked to work with, and where it writes what it finds: what run methods of these verbs take.</summary>
internal sealed record RepositoryAddress
{
    /// <summary>Directory or URL.</summary>
    public required string Repo { get; init; }

    /// <summary>Its password; in no text that is printed.</summary>
    public required string Password { get; init; }

    /// <summary>Results as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Read without a lock.</summary>
    public bool NoLock { get; init; }

    /// <summary>How long to wait for a lock of others.</summary>
    public TimeSpan RetryLock { get; init; }

    /// <summary>Bytes of new packs; null for the usual size.</summary>
    public int? PackSize { get; init; }

    /// <summary>No progress.</summary>
    public bool Quiet { get; init; }

    /// <summary>Do everything, and keep nothing of what is written.</summary>
    public bool DryRun { get; init; }

    /// <summary>Where results go.</summary>
    public required Terminal Terminal { get; init; }

    /// <summary>Clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The place, without looking whether a repository is there.</summary>
    public async Task<OpenPlace> OpenPlaceAsync(CancellationToken cancellationToken)
    {
        if (DirectoryOf(Repo) is { } directory)
        {
            return new OpenPlace(new LocalBackend(directory, Time), null, null);
        }

        var plugins = await Plugins.LoadAsync(Terminal, Time, cancellationToken);
        IObjectStore? store = null;
        try
        {
            var (provider, configuration) = plugins.ParseUrl(Repo);
            store = await provider.OpenAsync(configuration, cancellationToken);
            return new OpenPlace(new ObjectStoreBackend(store, "", Repo), store, plugins);
        }
        catch
        {
            await (store?.DisposeAsync() ?? ValueTask.CompletedTask);
            plugins.Dispose();
            throw;
        }
    }

    /// <summary>Opens the repository.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    /// <exception cref="RepositoryException">It does not open.</exception>
    public async Task<OpenedRepository> OpenAsync(CancellationToken cancellationToken)
    {
        var place = await OpenPlaceAsync(cancellationToken);
        try
        {
            // A directory takes a pack as fast as one is filled: another one on the way would only take memory.
            var options = DirectoryOf(Repo) is null ? new RepositoryOptions() : new RepositoryOptions { ParallelUploads = 1 };
            options = PackSize is { } size ? options with { PackSize = size } : options;
            var backend = DryRun ? new DiscardingBackend(place.Backend) : place.Backend;
            return new OpenedRepository(place, await Repository.Repository.OpenAsync(backend, Password, options, Time, cancellationToken), NoLock, RetryLock);
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.NotFound)
        {
            await place.DisposeAsync();
            throw new CommandException(e.Message, ExitCodes.NoRepository, e);
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs something that reports its progress.</summary>
    public Task<T> WithProgressAsync<T>(Func<IProgress<ProgressState>, Task<T>> run) => ProgressDisplay.RunAsync(Terminal, Time, Quiet || Json, run);

    /// <summary>A directory of this machine needs no plugin: it is laid out and protected as stock restic does.</summary>
    private static string? DirectoryOf(string repo) => repo switch
    {
        _ when repo.StartsWith("file:///", StringComparison.Ordinal) => Uri.UnescapeDataString(repo["file://".Length..]),
        _ when repo.StartsWith("local:", StringComparison.Ordinal) => repo["local:".Length..],
        _ => Plugins.IsUrl(repo) ? null : repo,
    };
}
