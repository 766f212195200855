using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Keys;

/// <summary>The files in <c>keys/</c>.</summary>
internal sealed class KeyStore(IRepositoryBackend backend, RepositoryOptions options, TimeProvider timeProvider)
{
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
            files++;
            var document = await TryLoadAsync(id, damaged, cancellationToken);
            foreach (var password in document is null ? [] : passwords)
            {
                if (TryUnwrap(document!, password) is { } masterKey)
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

    public async Task<ObjectId> AddAsync(string password, MasterKey masterKey, CancellationToken cancellationToken)
    {
        var salt = RandomNumberGenerator.GetBytes(PasswordKey.SaltSize);
        var plain = JsonSerializer.SerializeToUtf8Bytes(
            new MasterKeyDocument(
                new MacKeyDocument(masterKey.MacK.ToArray(), masterKey.MacR.ToArray()), masterKey.Encryption.ToArray()),
            RepositoryJson.Documents.MasterKeyDocument);
        using var sealer = new Sealer(PasswordKey.Derive(password, salt, options.Scrypt));
        var document = new KeyDocument
        {
            Created = timeProvider.GetUtcNow(),
            UserName = options.UserName,
            HostName = options.HostName,
            Kdf = "scrypt",
            N = options.Scrypt.N,
            R = options.Scrypt.R,
            P = options.Scrypt.P,
            Salt = salt,
            Data = sealer.Seal(plain),
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
            if (ObjectId.TryParse(file.Name, out var id))
            {
                ids.Add(id);
            }
        }

        ids.Sort();
        return ids;
    }

    private static MasterKey? TryUnwrap(KeyDocument document, string password)
    {
        using var sealer = new Sealer(PasswordKey.Derive(password, document.Salt, new ScryptParameters(document.N, document.R, document.P)));
        if (sealer.TryOpen(document.Data) is not { } plain)
        {
            return null;
        }

        var master = JsonSerializer.Deserialize(plain, RepositoryJson.Documents.MasterKeyDocument)!;
        return MasterKey.From(master.Encrypt, master.Mac.K, master.Mac.R);
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
            var key = JsonSerializer.Deserialize(json, RepositoryJson.Documents.KeyDocument)!;
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
