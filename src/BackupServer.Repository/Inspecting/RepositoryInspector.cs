using System.Text.Json;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Keys;

namespace BackupServer.Repository.Inspecting;

/// <summary>
/// Reads the objects that a repository is made of, decrypted but otherwise as they are stored. Files are named by their id or the beginning of it.
/// For people who look for the cause of something.
/// </summary>
public sealed class RepositoryInspector(Repository repository)
{
    /// <summary>The config's JSON.</summary>
    /// <exception cref="RepositoryException">It cannot be read.</exception>
    public async Task<byte[]> ReadConfigAsync(CancellationToken cancellationToken)
    {
        var content = await repository.Backend.LoadAsync(RepositoryPaths.Config, 0, -1, cancellationToken);
        return repository.Sealer.TryOpen(content)
            ?? throw new RepositoryException(RepositoryErrorKind.Damaged, $"the config of {repository.Location} was changed since it was opened");
    }

    /// <summary>The master key's JSON: with it anyone reads everything, for ever. Only for somebody who asks for exactly this.</summary>
    public byte[] ReadMasterKey()
    {
        var key = repository.MasterKey;
        return JsonSerializer.SerializeToUtf8Bytes(
            new MasterKeyDocument(new MacKeyDocument(key.MacK.ToArray(), key.MacR.ToArray()), key.Encryption.ToArray()),
            RepositoryJson.Documents.MasterKeyDocument);
    }

    /// <summary>A key file's JSON; the master key in it is wrapped by its password.</summary>
    /// <exception cref="RepositoryException">There is no such file, or several.</exception>
    public async Task<byte[]> ReadKeyAsync(string name, CancellationToken cancellationToken)
    {
        var id = await FindAsync(RepositoryPaths.Keys, "key", name, cancellationToken);
        return await repository.Backend.LoadAsync(RepositoryPaths.File(RepositoryPaths.Keys, id), 0, -1, cancellationToken);
    }

    /// <summary>A snapshot's JSON; <c>latest</c> is the newest.</summary>
    /// <exception cref="RepositoryException">There is no such snapshot, or several; or it is damaged.</exception>
    public async Task<byte[]> ReadSnapshotAsync(string name, CancellationToken cancellationToken)
    {
        var id = (await repository.FindSnapshotAsync(name, cancellationToken)).Id;
        return await repository.Documents.LoadAsync(RepositoryPaths.Snapshots, id, cancellationToken);
    }

    /// <summary>An index file's JSON.</summary>
    /// <exception cref="RepositoryException">There is no such file, or several; or it is damaged.</exception>
    public Task<byte[]> ReadIndexAsync(string name, CancellationToken cancellationToken) => ReadDocumentAsync(RepositoryPaths.Index, "index", name, cancellationToken);

    /// <summary>A lock's JSON.</summary>
    /// <exception cref="RepositoryException">There is no such lock, or several; or it is damaged.</exception>
    public Task<byte[]> ReadLockAsync(string name, CancellationToken cancellationToken) => ReadDocumentAsync(RepositoryPaths.Locks, "lock", name, cancellationToken);

    /// <summary>A pack file, still sealed, and its whole name.</summary>
    /// <exception cref="RepositoryException">There is no such file, or several.</exception>
    public async Task<(ObjectId Id, byte[] Content)> ReadPackAsync(string name, CancellationToken cancellationToken)
    {
        var id = await FindAsync(RepositoryPaths.Data, "pack", name, cancellationToken);
        return (id, await repository.Backend.LoadAsync(RepositoryPaths.Pack(id), 0, -1, cancellationToken));
    }

    /// <summary>The plaintext of a data or tree blob, by its whole id. The index must be loaded.</summary>
    /// <exception cref="RepositoryException">The index does not have it, or it is damaged.</exception>
    public async Task<byte[]> ReadBlobAsync(string name, CancellationToken cancellationToken)
    {
        if (!ObjectId.TryParse(name, out var id))
        {
            throw new RepositoryException(RepositoryErrorKind.Refused, $"'{name}' is not the whole id of a blob, which has {ObjectId.HexLength} hexadecimal digits");
        }

        var type = repository.ContainsBlob(BlobType.Data, id) ? BlobType.Data : BlobType.Tree;
        return await repository.LoadBlobAsync(type, id, cancellationToken);
    }

    /// <summary>The JSON of the tree of a directory in a snapshot. The index must be loaded.</summary>
    /// <exception cref="RepositoryException">There is no such directory, or its tree is missing or damaged.</exception>
    public async Task<byte[]> ReadTreeAsync(string snapshot, string path, CancellationToken cancellationToken)
    {
        var reader = await SnapshotReader.OpenAsync(repository, snapshot, cancellationToken);
        var entry = await reader.RequireAsync(path, cancellationToken);
        return entry.Node.Subtree is { } tree
            ? await repository.LoadBlobAsync(BlobType.Tree, tree, cancellationToken)
            : throw new RepositoryException(RepositoryErrorKind.NotFound, $"'{path}' of snapshot {reader.Snapshot.Id.ToShortString()} is not a directory");
    }

    /// <summary>The ids of all files of a kind, in their order.</summary>
    /// <exception cref="RepositoryException">They cannot be listed.</exception>
    public async Task<IReadOnlyList<ObjectId>> ListAsync(StoredKind kind, CancellationToken cancellationToken) => await repository.Documents.ListAsync(
        kind switch
        {
            StoredKind.Snapshots => RepositoryPaths.Snapshots,
            StoredKind.Index => RepositoryPaths.Index,
            StoredKind.Packs => RepositoryPaths.Data,
            StoredKind.Keys => RepositoryPaths.Keys,
            StoredKind.Locks => RepositoryPaths.Locks,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        },
        cancellationToken);

    /// <summary>Every blob that the index names, once for each pack that holds it. The index must be loaded.</summary>
    public IEnumerable<BlobHandle> ListBlobs()
    {
        for (var i = 0; i < repository.Index.Count; i++)
        {
            yield return repository.Index.Entry(i).Blob;
        }
    }

    private async Task<byte[]> ReadDocumentAsync(string directory, string what, string name, CancellationToken cancellationToken) =>
        await repository.Documents.LoadAsync(directory, await FindAsync(directory, what, name, cancellationToken), cancellationToken);

    private async Task<ObjectId> FindAsync(string directory, string what, string name, CancellationToken cancellationToken)
    {
        var matches = new List<ObjectId>();
        await foreach (var file in repository.Backend.ListAsync(directory, cancellationToken))
        {
            if (ObjectId.TryParse(file.Name, out var id) && name.Length > 0 && file.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                matches.Add(id);
            }
        }

        return matches switch
        {
            [var only] => only,
            [] => throw new RepositoryException(RepositoryErrorKind.NotFound, $"{repository.Location} has no {what} '{name}'"),
            _ => throw new RepositoryException(RepositoryErrorKind.Refused, $"{matches.Count} files of {repository.Location} ({what}) begin with '{name}'; give more digits"),
        };
    }
}
