using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Interop;

namespace BackupServer.Repository.Locking;

/// <summary>The files in <c>locks/</c>.</summary>
internal sealed class LockStore(Repository repository, LockOptions options)
{
    /// <summary>Clocks of file and process start are compared; a little disagreement proves nothing.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Locks of this process: true while they are written or held; false when they were given up, but may still be in the store because writing or deleting them failed.
    /// </summary>
    private static readonly ConcurrentDictionary<ObjectId, bool> Own = new();

    public async Task<IReadOnlyList<LockInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var files = new List<BackendFile>();
        await foreach (var file in repository.Backend.ListAsync(RepositoryPaths.Locks, cancellationToken))
        {
            files.Add(file);
        }

        var locks = new List<LockInfo>();
        foreach (var file in files)
        {
            // An empty file is what a full disk leaves of somebody's lock: it locks nothing.
            if (file.Size > 0 && ObjectId.TryParse(file.Name, out var id) && await TryLoadAsync(id, cancellationToken) is { } held)
            {
                locks.Add(held);
            }
        }

        return locks;
    }

    /// <summary>Lists the locks after removing those of the dead.</summary>
    public async Task<IReadOnlyList<LockInfo>> ListLivingAsync(ObjectId own, CancellationToken cancellationToken)
    {
        var living = new List<LockInfo>();
        foreach (var held in await ListAsync(cancellationToken))
        {
            if (held.Id == own)
            {
                continue;
            }

            if (IsDead(held))
            {
                await DeleteAsync(held.Id, cancellationToken);
            }
            else
            {
                living.Add(held);
            }
        }

        return living;
    }

    public async Task<ObjectId> WriteAsync(LockMode mode, CancellationToken cancellationToken)
    {
        var document = new LockDocument
        {
            Time = repository.TimeProvider.GetUtcNow(),
            Exclusive = mode == LockMode.Exclusive,
            HostName = repository.Options.HostName,
            UserName = repository.Options.UserName,
            Pid = Environment.ProcessId,
            Uid = LibC.GetUid(),
            Gid = LibC.GetGid(),
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(document, RepositoryJson.Documents.LockDocument);

        var (id, content) = repository.Documents.Prepare(json);

        // Others of this process may see the file before we are told that it is there: it is not given up then.
        Own[id] = true;
        try
        {
            await repository.Backend.SaveAsync(RepositoryPaths.File(RepositoryPaths.Locks, id), content, cancellationToken);
        }
        catch
        {
            // A write that failed for us may have arrived, or arrive later: nobody holds it then.
            Own[id] = false;
            throw;
        }

        return id;
    }

    public async Task<bool> ExistsAsync(ObjectId id, CancellationToken cancellationToken) =>
        await repository.Backend.SizeAsync(RepositoryPaths.File(RepositoryPaths.Locks, id), cancellationToken) is not null;

    public async Task DeleteAsync(ObjectId id, CancellationToken cancellationToken)
    {
        if (Own.ContainsKey(id))
        {
            Own[id] = false;
        }

        await repository.Documents.DeleteAsync(RepositoryPaths.Locks, id, cancellationToken);
        Own.TryRemove(id, out _);
    }

    public bool IsDead(LockInfo held) =>
        options.IsOwnerDead(held) || IsGivenUp(held.Id) || (held.HostName == repository.Options.HostName && !IsAlive(held));

    public bool IsStale(LockInfo held) => IsDead(held) || repository.TimeProvider.GetUtcNow() - held.Time > options.StaleAfter;

    private static bool IsGivenUp(ObjectId id) => Own.TryGetValue(id, out var isHeld) && !isHeld;

    /// <summary>
    /// A lock with this process's own number is of another one if this process does not know it and started later: a container that was
    /// restarted is process 1 again.
    /// </summary>
    private static bool IsAlive(LockInfo held)
    {
        try
        {
            using var process = Process.GetProcessById(held.Pid);
            return held.Pid != Environment.ProcessId
                || Own.ContainsKey(held.Id)
                || process.StartTime.ToUniversalTime() < held.Time.UtcDateTime + ClockSlack;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private async Task<LockInfo?> TryLoadAsync(ObjectId id, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var held = await repository.Documents.LoadAsync(
                    RepositoryPaths.Locks, id, RepositoryJson.Documents.LockDocument, cancellationToken);
                var mode = held.Exclusive ? LockMode.Exclusive : LockMode.Shared;
                return new LockInfo(id, held.Time, mode, held.HostName, held.UserName, held.Pid);
            }
            catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.NotFound)
            {
                return null;
            }
            catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.Damaged)
            {
                if (attempt == options.UnreadableRetries.Count)
                {
                    throw new RepositoryException(
                        RepositoryErrorKind.Locked,
                        $"lock file {id} in {repository.Location} is not readable ({e.Message}), so nobody knows whether its owner lives; "
                            + "if no other program uses the repository, remove it with 'unlock --remove-all'",
                        e);
                }

                await Task.Delay(options.UnreadableRetries[attempt], repository.TimeProvider, cancellationToken);
            }
        }
    }
}
