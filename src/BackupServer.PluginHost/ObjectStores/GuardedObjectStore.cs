using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using BackupServer.Abstractions.Plugins.ObjectStores;

namespace BackupServer.PluginHost.ObjectStores;

/// <summary>
/// Checks every answer of a plugin's store. Memory of the caller is never handed to the plugin: a call that was cut off may go on and would
/// read or write it when it long serves another purpose.
/// </summary>
internal sealed class GuardedObjectStore(IObjectStore inner, PluginCalls calls, ObjectStoreResilience resilience) : IObjectStore
{
    /// <inheritdoc/>
    public ObjectStoreCapabilities Capabilities { get; } = inner.Capabilities;

    /// <inheritdoc/>
    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, PutOptions options, CancellationToken cancellationToken)
    {
        RequireKey("write", key);
        var copy = ArrayPool<byte>.Shared.Rent(content.Length);
        content.CopyTo(copy);
        await calls.RunAsync(
            $"write '{key}'",
            resilience.LimitFor(content.Length),
            token => inner.PutAsync(key, copy.AsMemory(0, content.Length), options, token),
            cancellationToken);
        ArrayPool<byte>.Shared.Return(copy);
    }

    /// <inheritdoc/>
    public async Task ReadAsync(string key, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        RequireKey("read", key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (destination.IsEmpty)
        {
            return;
        }

        // A read that stops short leaves the last byte as it was. When that byte is what it was before by chance, it is asked for alone.
        var before = (byte)RandomNumberGenerator.GetInt32(256);
        await ReadAsync(key, offset, destination, before, cancellationToken);
        if (destination.Span[^1] != before)
        {
            return;
        }

        var last = new byte[1];
        await ReadAsync(key, offset + destination.Length - 1, last, (byte)~before, cancellationToken);
        if (last[0] != before)
        {
            throw calls.Nonsense($"read '{key}'", $"it did not fill {destination.Length} bytes from offset {offset} and reported no error");
        }
    }

    /// <inheritdoc/>
    public async Task<ObjectInfo?> StatAsync(string key, CancellationToken cancellationToken)
    {
        RequireKey("look at", key);
        var operation = $"look at '{key}'";
        var info = await calls.RunAsync(operation, resilience.AttemptLimit, token => inner.StatAsync(key, token), cancellationToken);
        return info switch
        {
            null => null,
            { } other when other.Key != key => throw calls.Nonsense(operation, $"it answered with the key '{other.Key}'"),
            { Size: < 0 } negative => throw calls.Nonsense(operation, $"it answered with a size of {negative.Size} bytes"),
            _ => info,
        };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!ObjectKey.IsValidPrefix(prefix))
        {
            throw new ArgumentException($"'{prefix}' is no prefix: a key followed by a slash, or nothing.", nameof(prefix));
        }

        var operation = $"list '{prefix}'";
        var objects = await calls.RunAsync(
            operation,
            resilience.AttemptLimit,
            _ => Task.FromResult((inner.ListAsync(prefix, cancellationToken) ?? throw calls.Nonsense(operation, "it returned null")).GetAsyncEnumerator(cancellationToken)),
            cancellationToken);
        var moving = false;
        try
        {
            while (await calls.RunAsync(operation, resilience.AttemptLimit, _ => MoveAsync(), cancellationToken))
            {
                yield return Checked(operation, prefix, objects.Current);
            }
        }
        finally
        {
            // An enumerator may not be disposed while it still moves, and a cut-off one may move for ever.
            if (!moving)
            {
                await calls.RunAsync(operation, resilience.AttemptLimit, _ => objects.DisposeAsync().AsTask(), CancellationToken.None);
            }
        }

        async Task<bool> MoveAsync()
        {
            moving = true;
            try
            {
                return await objects.MoveNextAsync();
            }
            finally
            {
                moving = false;
            }
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        RequireKey("delete", key);
        return calls.RunAsync($"delete '{key}'", resilience.AttemptLimit, token => inner.DeleteAsync(key, token), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() =>
        await calls.RunAsync("close the store", resilience.AttemptLimit, _ => inner.DisposeAsync().AsTask(), CancellationToken.None);

    private async Task ReadAsync(string key, long offset, Memory<byte> destination, byte lastBefore, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(destination.Length);
        var own = buffer.AsMemory(0, destination.Length);
        own.Span[^1] = lastBefore;
        await calls.RunAsync($"read '{key}'", resilience.LimitFor(own.Length), token => inner.ReadAsync(key, offset, own, token), cancellationToken);
        own.CopyTo(destination);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private ObjectInfo Checked(string operation, string prefix, ObjectInfo info) =>
        info.Key is null || !ObjectKey.IsValid(info.Key) ? throw calls.Nonsense(operation, $"it listed '{info.Key}', which is no key")
        : !info.Key.StartsWith(prefix, StringComparison.Ordinal) ? throw calls.Nonsense(operation, $"it listed '{info.Key}', which is outside the prefix")
        : info.Size < 0 ? throw calls.Nonsense(operation, $"it listed '{info.Key}' with a size of {info.Size} bytes")
        : info;

    private static void RequireKey(string operation, string key)
    {
        if (!ObjectKey.IsValid(key))
        {
            throw new ArgumentException($"Cannot {operation} '{key}': it is no key.", nameof(key));
        }
    }
}
