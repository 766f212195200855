using BackupServer.Repository.Backends;
using BackupServer.Repository.Configuration;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Interop;
using BackupServer.Repository.Keys;

namespace BackupServer.Repository;

/// <summary>Makes and opens repositories. Never makes one where another was.</summary>
internal sealed class RepositoryOpener(IRepositoryBackend backend, RepositoryOptions options, TimeProvider timeProvider)
{
    /// <summary>Bytes of <c>config</c>, which has some hundred.</summary>
    private const long MaximumConfig = 1 << 20;

    private readonly KeyStore _keys = new(backend, options, timeProvider);

    public async Task<(RepositoryConfig Config, OpenedKey Key)> InitAsync(string password, CancellationToken cancellationToken)
    {
        NativeLibraries.Require();
        if (await backend.SizeAsync(RepositoryPaths.Config, cancellationToken) is not null)
        {
            throw AlreadyThere();
        }

        await RefuseRemainsAsync(cancellationToken);
        var masterKey = MasterKey.Random();
        var config = RepositoryConfig.Random(options.ChunkerPolynomial);
        using var sealer = new Sealer(masterKey);
        var key = await _keys.AddAsync(password, masterKey, cancellationToken);
        try
        {
            // Last, because it is what makes the repository exist.
            await backend.SaveAsync(RepositoryPaths.Config, sealer.Seal(config.Encode()), cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.AlreadyExists)
        {
            await backend.DeleteAsync(RepositoryPaths.File(RepositoryPaths.Keys, key), cancellationToken);
            throw AlreadyThere();
        }

        return (config, new OpenedKey(key, masterKey));
    }

    public async Task<(RepositoryConfig Config, OpenedKey Key)> OpenAsync(
        IReadOnlyList<string> passwords, CancellationToken cancellationToken)
    {
        NativeLibraries.Require();
        var sealedConfig = await LoadConfigAsync(cancellationToken);
        await foreach (var key in _keys.OpenAsync(passwords, cancellationToken))
        {
            if (TryDecode(sealedConfig, key.MasterKey) is { } config)
            {
                return (config, key);
            }
        }

        throw new RepositoryException(
            RepositoryErrorKind.Damaged,
            $"a key of {backend.Location} opens with the password, but the config does not open with it: "
                + "the file 'config' is damaged or belongs to another repository; bring it back from a copy");
    }

    /// <summary>Null if the key is that of another repository; a key that is not handed on is cleared.</summary>
    private RepositoryConfig? TryDecode(byte[] sealedConfig, MasterKey key)
    {
        RepositoryConfig? config = null;
        try
        {
            using var sealer = new Sealer(key);
            config = sealer.TryOpen(sealedConfig) is { } json ? RepositoryConfig.Decode(json, backend.Location) : null;
            return config;
        }
        finally
        {
            if (config is null)
            {
                key.Dispose();
            }
        }
    }

    private RepositoryException AlreadyThere() => new(
        RepositoryErrorKind.AlreadyExists, $"{backend.Location} is a repository already; open it, or choose another place for the new one");

    private async Task<byte[]> LoadConfigAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await backend.SizeAsync(RepositoryPaths.Config, cancellationToken) is > MaximumConfig and var size
                ? throw BackendErrors.TooLarge(RepositoryPaths.Config, backend.Location, size, MaximumConfig)
                : await backend.LoadAsync(RepositoryPaths.Config, 0, -1, cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.NotFound)
        {
            await RefuseRemainsAsync(cancellationToken);
            throw new RepositoryException(
                RepositoryErrorKind.NotFound, $"there is no repository in {backend.Location}; check the place, or make one with 'init'", e);
        }
    }

    /// <summary>A repository without config is not an empty place. Key files alone are what an interrupted init leaves.</summary>
    private async Task RefuseRemainsAsync(CancellationToken cancellationToken)
    {
        foreach (var directory in (string[])[RepositoryPaths.Snapshots, RepositoryPaths.Index, RepositoryPaths.Data])
        {
            await foreach (var file in backend.ListAsync(directory, cancellationToken))
            {
                if (ObjectId.TryParse(file.Name, out _))
                {
                    throw new RepositoryException(
                        RepositoryErrorKind.Damaged,
                        $"{backend.Location} holds a repository whose file 'config' is gone ({file.Path} is still there); "
                            + "bring 'config' back from a copy; nothing is made or overwritten here");
                }
            }
        }
    }
}
