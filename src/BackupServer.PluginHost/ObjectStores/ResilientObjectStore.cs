using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using BackupServer.Abstractions.Plugins.ObjectStores;

namespace BackupServer.PluginHost.ObjectStores;

/// <summary>Repeats what failed for a passing reason. Every operation of a store can be repeated without harm.</summary>
internal sealed class ResilientObjectStore(IObjectStore inner, RetryPolicy retry) : IObjectStore
{
    /// <inheritdoc/>
    public ObjectStoreCapabilities Capabilities => inner.Capabilities;

    /// <inheritdoc/>
    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, PutOptions options, CancellationToken cancellationToken)
    {
        var attempts = 0;
        try
        {
            await retry.RunAsync(
                async token =>
                {
                    attempts++;
                    await inner.PutAsync(key, content, options, token);
                    return true;
                },
                cancellationToken);
        }
        catch (ObjectStoreException e) when (e.Kind == ObjectStoreErrorKind.AlreadyExists && attempts > 1)
        {
            // An earlier attempt may have succeeded although its answer was lost: then the key was taken by ourselves.
            if (!await HoldsAsync(key, content, cancellationToken))
            {
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public Task ReadAsync(string key, long offset, Memory<byte> destination, CancellationToken cancellationToken) => retry.RunAsync(
        async token =>
        {
            await inner.ReadAsync(key, offset, destination, token);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<ObjectInfo?> StatAsync(string key, CancellationToken cancellationToken) =>
        retry.RunAsync(token => inner.StatAsync(key, token), cancellationToken);

    /// <summary>
    /// A listing that breaks off is begun again, and what was delivered already is left out. What is remembered for that is 16 bytes an object.
    /// </summary>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var delivered = new HashSet<UInt128>();
        var objects = inner.ListAsync(prefix, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            while (true)
            {
                var failed = false;
                var more = await retry.RunAsync(
                    async _ =>
                    {
                        if (failed)
                        {
                            await objects.DisposeAsync();
                            objects = inner.ListAsync(prefix, cancellationToken).GetAsyncEnumerator(cancellationToken);
                        }

                        failed = true;
                        var moved = await objects.MoveNextAsync();
                        failed = false;
                        return moved;
                    },
                    cancellationToken);
                if (!more)
                {
                    yield break;
                }

                if (delivered.Add(Fingerprint(objects.Current.Key)))
                {
                    yield return objects.Current;
                }
            }
        }
        finally
        {
            await objects.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) => retry.RunAsync(
        async token =>
        {
            await inner.DeleteAsync(key, token);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task<bool> HoldsAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if ((await StatAsync(key, cancellationToken))?.Size != content.Length)
        {
            return false;
        }

        var stored = new byte[content.Length];
        await ReadAsync(key, 0, stored, cancellationToken);
        return stored.AsSpan().SequenceEqual(content.Span);
    }

    private static UInt128 Fingerprint(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
