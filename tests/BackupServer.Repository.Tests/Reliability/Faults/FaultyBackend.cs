using System.Runtime.CompilerServices;
using BackupServer.Repository.Backends;

namespace BackupServer.Repository.Tests.Reliability.Faults;

/// <summary>
/// A store that misbehaves by a plan and a seed; what is stored in the inner one stays true. Faults begin and end with <see cref="Plan"/>. Late writes arrive before
/// <see cref="SettleAsync"/> returns at the latest.
/// </summary>
internal sealed class FaultyBackend(IRepositoryBackend inner, int seed) : IRepositoryBackend
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly Queue<(int When, Func<Task> Happens)> _late = new();
    private readonly HashSet<string> _hidden = [];
    private readonly List<BackendFile> _deleted = [];
    private FaultPlan? _plan;
    private long _written;
    private int _operations;

    /// <summary>What goes wrong; null is nothing.</summary>
    public FaultPlan? Plan
    {
        get => _plan;
        set => (_plan, _written, _operations) = (value, 0, 0);
    }

    /// <summary>Faults that happened.</summary>
    public int Faults { get; private set; }

    public string Location => inner.Location;

    public async Task SaveAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        byte[] copy = content.ToArray();
        await ChangeAsync(path, () => inner.SaveAsync(path, copy, CancellationToken.None), copy.Length);
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        if (await inner.SizeAsync(path, cancellationToken) is { } size)
        {
            lock (_gate)
            {
                _deleted.Add(new BackendFile(path, size));
            }
        }

        await ChangeAsync(path, () => inner.DeleteAsync(path, CancellationToken.None), 0);
    }

    public async Task<byte[]> LoadAsync(string path, long offset, int length, CancellationToken cancellationToken)
    {
        await BeginAsync(path);
        byte[] content = await inner.LoadAsync(path, offset, length, cancellationToken);
        if (content.Length > 0 && Happens(_plan?.ShortReads))
        {
            return content[..Next(content.Length)];
        }

        if (content.Length > 0 && Happens(_plan?.FlippedBits))
        {
            content[Next(content.Length)] ^= (byte)(1 << Next(8));
        }

        return content;
    }

    public async Task<long?> SizeAsync(string path, CancellationToken cancellationToken)
    {
        await BeginAsync(path);
        return await inner.SizeAsync(path, cancellationToken);
    }

    public async IAsyncEnumerable<BackendFile> ListAsync(string directory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await BeginAsync(directory);
        List<BackendFile> files = await inner.ListAsync(directory, cancellationToken).ToListAsync(cancellationToken);
        lock (_gate)
        {
            if (_plan?.ReappearingFiles > 0 && _deleted.FirstOrDefault(file => file.Path.StartsWith(directory + "/", StringComparison.Ordinal)) is { Path.Length: > 0 } ghost && Happens(_plan.ReappearingFiles))
            {
                files.Add(ghost);
            }
        }

        foreach (BackendFile file in files)
        {
            if (!Hides(file.Path))
            {
                yield return file;
            }
        }
    }

    /// <summary>Ends the faults and lets everything late arrive.</summary>
    public async Task SettleAsync()
    {
        Plan = null;
        while (TakeLate(int.MaxValue) is { } late)
        {
            await late();
        }

        lock (_gate)
        {
            _hidden.Clear();
            _deleted.Clear();
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    // Hidden once, shown the next time: what eventually consistent listings do.
    private bool Hides(string path)
    {
        lock (_gate)
        {
            return !_hidden.Remove(path) && Happens(_plan?.VanishingFiles) && _hidden.Add(path);
        }
    }

    private async Task ChangeAsync(string path, Func<Task> change, int length)
    {
        await BeginAsync(path);
        long written = Interlocked.Add(ref _written, length);
        if (_plan?.Room is { } room && written > room && length > 0)
        {
            throw Fault($"no space left on device for '{path}'");
        }

        if (Happens(_plan?.LateWrites))
        {
            int delay = Next(2) * Next(30);
            if (delay == 0)
            {
                await change();
            }
            else
            {
                lock (_gate)
                {
                    _late.Enqueue((_operations + delay, change));
                }
            }

            throw Fault($"no answer about '{path}'");
        }

        await change();
        if (Happens(_plan?.DoubledWrites))
        {
            await change();
        }
    }

    private async Task BeginAsync(string path)
    {
        int now = Interlocked.Increment(ref _operations);
        while (TakeLate(now) is { } late)
        {
            await late();
        }

        if (now > _plan?.DiesAfter || Happens(_plan?.Errors))
        {
            throw Fault($"the connection broke at '{path}'");
        }
    }

    private Func<Task>? TakeLate(int now)
    {
        lock (_gate)
        {
            return _late.TryPeek(out (int When, Func<Task> Happens) late) && late.When <= now ? _late.Dequeue().Happens : null;
        }
    }

    private bool Happens(double? chance)
    {
        lock (_gate)
        {
            bool happens = chance > 0 && _random.NextDouble() < chance;
            Faults += happens ? 1 : 0;
            return happens;
        }
    }

    private int Next(int below)
    {
        lock (_gate)
        {
            return _random.Next(below);
        }
    }

    private RepositoryException Fault(string what) => BackendErrors.Failed("use", "the store", Location, new IOException(what));
}
