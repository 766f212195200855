using System.Security.Cryptography;
using BackupServer.Abstractions.Plugins.ObjectStores;

namespace BackupServer.Server.Locations;

/// <summary>Tries what a backup will need: write, read, list, delete one small object.</summary>
internal static class LocationProbe
{
    private const string Folder = "repositories/.probe/";

    /// <summary>Tries a store; a read-only location is only listed.</summary>
    /// <exception cref="ObjectStoreException">Something cannot be done; the message says what.</exception>
    public static async Task TryAsync(IObjectStore store, bool readOnly, CancellationToken cancellationToken)
    {
        if (readOnly)
        {
            await ListAsync(store, "repositories/", null, cancellationToken);
            return;
        }

        var key = Folder + Guid.NewGuid().ToString("N");
        var content = RandomNumberGenerator.GetBytes(64);
        await store.PutAsync(key, content, PutOptions.Replace, cancellationToken);
        try
        {
            var back = new byte[content.Length];
            await store.ReadAsync(key, 0, back, cancellationToken);
            if (!back.AsSpan().SequenceEqual(content))
            {
                throw new ObjectStoreException(ObjectStoreErrorKind.Permanent, $"the store gave back other bytes than were written to {key}");
            }

            await ListAsync(store, Folder, key, cancellationToken);
        }
        finally
        {
            await store.DeleteAsync(key, CancellationToken.None); // The probe must not stay, even when the check was stopped.
        }
    }

    private static async Task ListAsync(IObjectStore store, string folder, string? expected, CancellationToken cancellationToken)
    {
        await foreach (var found in store.ListAsync(folder, cancellationToken))
        {
            if (expected is null || found.Key == expected)
            {
                return;
            }
        }

        if (expected is not null)
        {
            throw new ObjectStoreException(ObjectStoreErrorKind.Permanent, $"the store does not list {expected}, which was just written");
        }
    }
}
