using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Keys;

/// <summary>The files in <c>keys/</c>.</summary>
internal sealed class KeyStore(IRepositoryBackend backend, RepositoryOptions options, TimeProvider timeProvider)
{
    /// <summary>Key files that are tried: each costs seconds, and nobody has that many passwords.</summary>
    private const int MaximumFiles = 100;

    /// <summary>Bytes of a key file, which has some hundred.</summary>
    private const long MaximumLength = 1 << 20;

    /// <summary>Every key file that one of the passwords opens; there may be leftovers of an interrupted init among them.</summary>
    /// <exception cref="RepositoryException">After the last one, if none opened.</exception>
    public async IAsyncEnumerable<OpenedKey> OpenAsync(
        IReadOnlyList<string> passwords, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var damaged = new List<string>();
        var files = 0;
        var opened = 0;
        foreach (var id in await ListIdsAsync(cancellationToken))
        {
            if (files++ == MaximumFiles)
            {
                damaged.Add($"only the first {MaximumFiles} of them were tried");
                break;
            }

            var document = await TryLoadAsync(id, damaged, cancellationToken);
            foreach (var password in document is null ? [] : passwords)
            {
                if (TryUnwrap(id, document!, password, damaged) is { } masterKey)
                {
                    opened++;
                    yield return new OpenedKey(id, masterKey);
                    break;
                }
            }
        }

        if (opened == 0)
        {
            throw NothingOpens(files, damaged);
        }
    }

    public async Task<IReadOnlyList<RepositoryKey>> ListAsync(ObjectId current, CancellationToken cancellationToken)
    {
        var keys = new List<RepositoryKey>();
        foreach (var id in await ListIdsAsync(cancellationToken))
        {
            var key = Parse(id, await backend.LoadAsync(RepositoryPaths.File(RepositoryPaths.Keys, id), 0, -1, cancellationToken));
            keys.Add(new RepositoryKey(id, key.Created, key.UserName, key.HostName, new ScryptParameters(key.N, key.R, key.P), id == current));
        }

        return [.. keys.OrderBy(static key => key.Created)];
    }

    public Task<ObjectId> AddAsync(string password, MasterKey masterKey, CancellationToken cancellationToken) =>
        AddAsync(password, masterKey, options.UserName, options.HostName, cancellationToken);

    public async Task<ObjectId> AddAsync(string password, MasterKey masterKey, string userName, string hostName, CancellationToken cancellationToken)
    {
        var salt = RandomNumberGenerator.GetBytes(PasswordKey.SaltSize);
        using var wrap = PasswordKey.Derive(password, salt, options.Scrypt);
        using var sealer = new Sealer(wrap);
        var document = new KeyDocument
        {
            Created = timeProvider.GetUtcNow(),
            UserName = userName,
            HostName = hostName,
            Kdf = "scrypt",
            N = options.Scrypt.N,
            R = options.Scrypt.R,
            P = options.Scrypt.P,
            Salt = salt,
            Data = Wrap(masterKey, sealer),
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(document, RepositoryJson.Documents.KeyDocument);
        var id = ObjectId.Of(json);
        await backend.SaveAsync(RepositoryPaths.File(RepositoryPaths.Keys, id), json, cancellationToken);

        return id;
    }

    public async Task<List<ObjectId>> ListIdsAsync(CancellationToken cancellationToken)
    {
        var ids = new List<ObjectId>();
        await foreach (var file in backend.ListAsync(RepositoryPaths.Keys, cancellationToken))
        {
            if (file.Size <= MaximumLength && ObjectId.TryParse(file.Name, out var id))
            {
                ids.Add(id);
            }
        }

        ids.Sort();
        return ids;
    }

    /// <summary>Null if the password does not fit, or what it opens is no key: that must not keep other key files from opening either.</summary>
    private static MasterKey? TryUnwrap(ObjectId id, KeyDocument document, string password, List<string> damaged)
    {
        byte[]? plain = null;
        try
        {
            using var wrap = PasswordKey.Derive(password, document.Salt, new ScryptParameters(document.N, document.R, document.P));
            using var sealer = new Sealer(wrap);
            plain = sealer.TryOpen(document.Data);
            return plain is null ? null : Unwrap(plain);
        }
        catch (Exception e) when (e is JsonException or RepositoryException)
        {
            damaged.Add($"key file {id.ToShortString()} cannot be used: {e.Message}");
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static MasterKey Unwrap(byte[] json)
    {
        var master = JsonSerializer.Deserialize(json, RepositoryJson.Documents.MasterKeyDocument) ?? throw new JsonException("null");
        try
        {
            return MasterKey.From(master.Encrypt, master.Mac.K, master.Mac.R);
        }
        finally
        {
            Clear(master);
        }
    }

    private static void Clear(MasterKeyDocument master)
    {
        CryptographicOperations.ZeroMemory(master.Encrypt);
        CryptographicOperations.ZeroMemory(master.Mac.K);
        CryptographicOperations.ZeroMemory(master.Mac.R);
    }

    private static byte[] Wrap(MasterKey masterKey, Sealer sealer)
    {
        var master = new MasterKeyDocument(
            new MacKeyDocument(masterKey.MacK.ToArray(), masterKey.MacR.ToArray()), masterKey.Encryption.ToArray());
        var plain = JsonSerializer.SerializeToUtf8Bytes(master, RepositoryJson.Documents.MasterKeyDocument);
        try
        {
            return sealer.Seal(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            Clear(master);
        }
    }

    /// <summary>A damaged key file must not keep the others from opening; it is named if none does.</summary>
    private async Task<KeyDocument?> TryLoadAsync(ObjectId id, List<string> damaged, CancellationToken cancellationToken)
    {
        try
        {
            return Parse(id, await backend.LoadAsync(RepositoryPaths.File(RepositoryPaths.Keys, id), 0, -1, cancellationToken));
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.NotFound)
        {
            return null;
        }
        catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.Damaged)
        {
            damaged.Add(e.Message);
            return null;
        }
    }

    private KeyDocument Parse(ObjectId id, byte[] json)
    {
        try
        {
            var key = JsonSerializer.Deserialize(json, RepositoryJson.Documents.KeyDocument) ?? throw new JsonException("null");
            return ObjectId.Of(json) == id && key.Kdf == "scrypt" && key.Salt.Length == PasswordKey.SaltSize
                ? key
                : throw new RepositoryException(
                    RepositoryErrorKind.Damaged, $"key file {id.ToShortString()} in {backend.Location} has other content than its name says");
        }
        catch (JsonException e)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Damaged, $"key file {id.ToShortString()} in {backend.Location} is not readable: {e.Message}", e);
        }
    }

    private RepositoryException NothingOpens(int files, List<string> damaged)
    {
        if (files == 0)
        {
            return new RepositoryException(
                RepositoryErrorKind.Damaged,
                $"{backend.Location} is a repository without any key file: bring back its directory 'keys', nothing opens it otherwise");
        }

        var broken = damaged.Count == 0 ? string.Empty : $" ({string.Join("; ", damaged)})";
        return files == damaged.Count
            ? new RepositoryException(RepositoryErrorKind.Damaged, $"no key file of {backend.Location} is readable{broken}")
            : new RepositoryException(
                RepositoryErrorKind.WrongPassword,
                $"wrong password for {backend.Location}: none of {files} key files opens{broken}; give the password it was made with");
    }
}
