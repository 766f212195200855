using System.Text.Json;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Locking;

public sealed class RepositoryLockTests
{
    private static readonly LockOptions Quick = new() { SettleTime = TimeSpan.FromMilliseconds(5), UnreadableRetries = [TimeSpan.Zero] };
    private readonly MemoryBackend _backend = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private int Locks => _backend.Files.Keys.Count(static path => path.StartsWith("locks/", StringComparison.Ordinal));

    [Fact]
    public async Task Shared_locks_stand_side_by_side_and_are_gone_after_use()
    {
        await using var repository = await TestRepository.InitAsync(_backend);

        await using (await RepositoryLock.AcquireAsync(repository, LockMode.Shared, Quick, Cancellation))
        await using (await RepositoryLock.AcquireAsync(repository, LockMode.Shared, Quick, Cancellation))
        {
            Assert.Equal(2, Locks);
        }

        Assert.Equal(0, Locks);
    }

    [Theory]
    [InlineData(LockMode.Shared, LockMode.Exclusive)]
    [InlineData(LockMode.Exclusive, LockMode.Shared)]
    [InlineData(LockMode.Exclusive, LockMode.Exclusive)]
    public async Task A_conflicting_lock_is_refused_with_who_holds_it(LockMode held, LockMode wanted)
    {
        await using var repository = await TestRepository.InitAsync(_backend, TestRepository.Options with { HostName = "pod-1", UserName = "agent" });
        await using var first = await RepositoryLock.AcquireAsync(repository, held, Quick, Cancellation);

        var error = await Assert.ThrowsAsync<RepositoryException>(
            () => RepositoryLock.AcquireAsync(repository, wanted, Quick, Cancellation));

        Assert.Equal(RepositoryErrorKind.Locked, error.Kind);
        Assert.Contains($"agent@pod-1 (pid {Environment.ProcessId})", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, Locks);
    }

    [Fact]
    public async Task What_is_read_while_the_lock_settles_is_read_once_and_behind_the_lock()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        var locks = new List<int>();
        var reading = new LockOptions { WhileSettling = token => Task.Run(() => locks.Add(Locks), token) };

        await using (await RepositoryLock.AcquireAsync(repository, LockMode.Shared, reading, Cancellation))
        {
            Assert.Equal([1], locks);
        }

        await using var other = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Quick, Cancellation);
        await Assert.ThrowsAsync<RepositoryException>(() => RepositoryLock.AcquireAsync(repository, LockMode.Shared, reading, Cancellation));
        Assert.Equal([1], locks);
    }

    [Fact]
    public async Task A_lock_whose_reading_fails_is_given_back()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        var failing = new LockOptions { WhileSettling = _ => throw new InvalidDataException("no index") };

        await Assert.ThrowsAsync<InvalidDataException>(() => RepositoryLock.AcquireAsync(repository, LockMode.Shared, failing, Cancellation));

        Assert.Equal(0, Locks);
    }

    [Fact]
    public async Task Waiting_gets_the_lock_when_the_other_is_done()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        var first = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Quick, Cancellation);
        var patient = Quick with { WaitFor = TimeSpan.FromMinutes(1), RetryInterval = TimeSpan.FromMilliseconds(10) };

        var second = RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, patient, Cancellation);
        Assert.False(second.IsCompleted);
        await first.DisposeAsync();

        await using var held = await second;
        Assert.Equal(1, Locks);
    }

    [Fact]
    public async Task Of_many_that_want_to_be_alone_at_once_at_most_one_is()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        var settle = Quick with { SettleTime = TimeSpan.FromMilliseconds(50) };

        var attempts = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                return await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, settle, Cancellation);
            }
            catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.Locked)
            {
                return null;
            }
        }));

        var held = attempts.OfType<RepositoryLock>().ToList();
        Assert.InRange(held.Count, 0, 1);
        Assert.Equal(held.Count, Locks);
        foreach (var one in held)
        {
            await one.DisposeAsync();
        }
    }

    /// <summary>It was taken for one whose writing had failed, and removed; then a backup and a prune of one process held the repository both.</summary>
    [Fact]
    public async Task A_lock_that_is_stored_before_its_writer_is_told_so_is_not_removed_by_another_of_the_same_process()
    {
        await using var store = new LateAnswerBackend(_backend);
        await using var repository = await TestRepository.InitAsync(store);
        store.Arm();
        var first = RepositoryLock.AcquireAsync(repository, LockMode.Shared, Quick, Cancellation);
        await store.Stored;

        var error = await Assert.ThrowsAsync<RepositoryException>(() => RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Quick, Cancellation));
        store.Answer();

        Assert.Equal(RepositoryErrorKind.Locked, error.Kind);
        await using var held = await first;
        Assert.Equal(1, Locks);
    }

    [Fact]
    public async Task The_lock_of_an_owner_that_is_known_to_be_dead_is_removed_at_once()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        await PutLockAsync(repository, "pod-uid-7", 1, exclusive: true, age: TimeSpan.FromMinutes(1));

        await using var held = await RepositoryLock.AcquireAsync(
            repository, LockMode.Shared, Quick with { IsOwnerDead = static other => other.HostName == "pod-uid-7" }, Cancellation);

        Assert.Equal(1, Locks);
    }

    [Fact]
    public async Task The_lock_of_a_dead_process_of_this_host_is_removed_at_once()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        await PutLockAsync(repository, repository.Options.HostName, 4_194_304, exclusive: true, age: TimeSpan.FromMinutes(1));

        await using var held = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Quick, Cancellation);

        Assert.Equal(1, Locks);
    }

    [Fact]
    public async Task A_lock_from_before_this_process_with_its_number_is_of_a_dead_one()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        await PutLockAsync(repository, repository.Options.HostName, Environment.ProcessId, exclusive: true, age: TimeSpan.FromDays(1));

        await using var held = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Quick, Cancellation);

        Assert.Equal(1, Locks);
    }

    [Fact]
    public async Task An_old_lock_of_another_host_is_refused_and_only_unlock_removes_it()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        await PutLockAsync(repository, "elsewhere", 1, exclusive: true, age: TimeSpan.FromHours(2));
        await PutLockAsync(repository, "elsewhere", 2, exclusive: false, age: TimeSpan.FromMinutes(2));

        var error = await Assert.ThrowsAsync<RepositoryException>(
            () => RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Quick, Cancellation));
        var removed = await RepositoryLock.UnlockAsync(repository, Quick, all: false, Cancellation);

        Assert.Contains("unlock", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, removed);
        Assert.Equal(2, Assert.Single(await RepositoryLock.ListAsync(repository, Quick, Cancellation)).Pid);
        Assert.Equal(1, await RepositoryLock.UnlockAsync(repository, Quick, all: true, Cancellation));
    }

    [Fact]
    public async Task An_empty_lock_file_locks_nothing_and_an_unreadable_one_everything()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        _backend.Files[$"locks/{ObjectId.Of([])}"] = [];
        await using (await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, Quick, Cancellation))
        {
            Assert.Equal(2, Locks);
        }

        _backend.Files[$"locks/{ObjectId.Of("rubbish"u8)}"] = "rubbish"u8.ToArray();
        var error = await Assert.ThrowsAsync<RepositoryException>(
            () => RepositoryLock.AcquireAsync(repository, LockMode.Shared, Quick, Cancellation));

        Assert.Equal(RepositoryErrorKind.Locked, error.Kind);
        Assert.Contains("unlock --remove-all", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_held_lock_is_written_anew_under_another_name()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        await using var held = await RepositoryLock.AcquireAsync(
            repository, LockMode.Shared, Quick with { RefreshInterval = TimeSpan.FromMilliseconds(20) }, Cancellation);
        var first = Assert.Single(await RepositoryLock.ListAsync(repository, Quick, Cancellation)).Id;

        while (_backend.Files.ContainsKey($"locks/{first}"))
        {
            await Task.Yield();
            Cancellation.ThrowIfCancellationRequested();
        }

        Assert.NotEmpty(await RepositoryLock.ListAsync(repository, Quick, Cancellation));
        Assert.False(held.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_lock_that_somebody_removed_is_lost()
    {
        await using var repository = await TestRepository.InitAsync(_backend);
        await using var held = await RepositoryLock.AcquireAsync(
            repository, LockMode.Exclusive, Quick with { RefreshInterval = TimeSpan.FromMilliseconds(20) }, Cancellation);
        var lost = new TaskCompletionSource();
        await using var registration = held.Lost.Register(lost.SetResult);

        await RepositoryLock.UnlockAsync(repository, Quick, all: true, Cancellation);
        foreach (var path in _backend.Files.Keys.Where(static path => path.StartsWith("locks/", StringComparison.Ordinal)).ToList())
        {
            _backend.Files.Remove(path);
        }

        await lost.Task.WaitAsync(Cancellation);
        Assert.Throws<InvalidOperationException>(() => held.RequireExclusive(repository));
    }

    private static async Task PutLockAsync(Repository repository, string host, int pid, bool exclusive, TimeSpan age)
    {
        var document = new LockDocument
        {
            Time = TimeProvider.System.GetUtcNow() - age,
            Exclusive = exclusive,
            HostName = host,
            UserName = "somebody",
            Pid = pid,
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(document, RepositoryJson.Documents.LockDocument);
        await repository.Documents.SaveAsync(RepositoryPaths.Locks, json, Cancellation);
    }
}
