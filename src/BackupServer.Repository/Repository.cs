using System.Diagnostics.CodeAnalysis;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Configuration;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Documents;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Keys;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository;

/// <summary>
/// An open repository in restic's format, version 2. Blobs may be saved and loaded by any number of threads at once; the order of writing is
/// packs, index, snapshot, each durable before the next. Disposing it forgets what was not flushed, and leaves the backend to its owner.
/// </summary>
[SuppressMessage("Design", "MA0049", Justification = "The library has one subject, and this is it.")]
public sealed class Repository : IAsyncDisposable
{
    private readonly RepositoryConfig _config;
    private readonly OpenedKey _key;
    private readonly KeyStore _keys;
    private readonly SnapshotStore _snapshots;
    private readonly PackWriter _packs;
    private readonly IndexWriter _indexes;
    private readonly Fingerprinter _fingerprinter;
    private readonly PendingBlobs _pending = new();
    private readonly Lock _writtenGate = new();
    private readonly List<BackendFile> _written = [];
    private readonly HashSet<ObjectId> _indexFiles = [];
    private BlobIndex? _index;

    private Repository(
        IRepositoryBackend backend, RepositoryOptions options, TimeProvider timeProvider, RepositoryConfig config, OpenedKey key)
    {
        Backend = backend;
        Options = options;
        TimeProvider = timeProvider;
        _config = config;
        _key = key;
        Sealer = new Sealer(key.MasterKey);
        _fingerprinter = new Fingerprinter();
        Codec = new BlobCodec(Sealer, _fingerprinter, options.CompressionLevel);
        Blobs = new BlobReader(backend, Codec);
        Documents = new DocumentStore(backend, Sealer, options.CompressionLevel);
        _keys = new KeyStore(backend, options, timeProvider);
        _snapshots = new SnapshotStore(Documents, backend.Location);
        _indexes = new IndexWriter(Documents, options, timeProvider);
        _packs = new PackWriter(backend, Sealer, Codec, options, PackStoredAsync);
    }

    /// <summary>Random name that the repository got when it was made. It stays the same wherever the files are copied.</summary>
    public ObjectId Id => _config.Id;

    /// <summary>The polynomial of restic's chunker, as bits.</summary>
    public ulong ChunkerPolynomial => _config.Polynomial;

    /// <summary>Where it is, for messages.</summary>
    public string Location => Backend.Location;

    /// <summary>The choices it was opened with.</summary>
    public RepositoryOptions Options { get; }

    /// <summary>Packs that this object stored, with path and size: what a backup verifies before it commits.</summary>
    public IReadOnlyList<BackendFile> WrittenPacks
    {
        get
        {
            lock (_writtenGate)
            {
                return [.. _written];
            }
        }
    }

    internal IRepositoryBackend Backend { get; }

    internal TimeProvider TimeProvider { get; }

    /// <summary>What opens everything; only for those who copy or show it.</summary>
    internal MasterKey MasterKey => _key.MasterKey;

    internal Sealer Sealer { get; }

    internal BlobCodec Codec { get; }

    internal BlobReader Blobs { get; }

    internal DocumentStore Documents { get; }

    internal BlobIndex Index => _index
        ?? throw new InvalidOperationException($"{nameof(LoadIndexAsync)} must come before blobs are saved or loaded");

    /// <summary>Makes a repository with one key. A place that holds one, or the remains of one, is refused.</summary>
    /// <exception cref="RepositoryException">
    /// <see cref="RepositoryErrorKind.AlreadyExists"/>, <see cref="RepositoryErrorKind.Damaged"/> (config is gone),
    /// <see cref="RepositoryErrorKind.Backend"/>, <see cref="RepositoryErrorKind.MissingLibrary"/>.
    /// </exception>
    public static async Task<Repository> InitAsync(
        IRepositoryBackend backend, string password, RepositoryOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var (config, key) = await new RepositoryOpener(backend, options, timeProvider).InitAsync(password, cancellationToken);
        return new Repository(backend, options, timeProvider, config, key);
    }

    /// <summary>Opens a repository with a password.</summary>
    /// <exception cref="RepositoryException">
    /// <see cref="RepositoryErrorKind.NotFound"/> (there is none), <see cref="RepositoryErrorKind.WrongPassword"/>,
    /// <see cref="RepositoryErrorKind.Damaged"/> (config or keys are), <see cref="RepositoryErrorKind.Unsupported"/>,
    /// <see cref="RepositoryErrorKind.Backend"/>, <see cref="RepositoryErrorKind.MissingLibrary"/>.
    /// </exception>
    public static Task<Repository> OpenAsync(
        IRepositoryBackend backend, string password, RepositoryOptions options, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        OpenAsync(backend, [password], options, timeProvider, cancellationToken);

    /// <summary>Opens a repository with the first of several passwords that fits a key; errors as with one.</summary>
    public static async Task<Repository> OpenAsync(
        IRepositoryBackend backend,
        IReadOnlyList<string> passwords,
        RepositoryOptions options,
        TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        var (config, key) = await new RepositoryOpener(backend, options, timeProvider).OpenAsync(passwords, cancellationToken);
        return new Repository(backend, options, timeProvider, config, key);
    }

    /// <summary>
    /// Reads the index files that were not read yet. Must come before blobs are saved or loaded; may be repeated to see what others wrote,
    /// but not while blobs are being saved.
    /// </summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.Damaged"/>: an index file is not readable.</exception>
    public async Task LoadIndexAsync(CancellationToken cancellationToken)
    {
        var listed = await Documents.ListFilesAsync(RepositoryPaths.Index, cancellationToken);
        if (_index is not null)
        {
            _indexFiles.UnionWith(_indexes.TakeWritten());
        }

        if (_index is not null && !_indexFiles.IsSubsetOf(listed.Select(static file => file.Id)))
        {
            // Somebody pruned: blobs we know may be gone.
            await FlushAsync(cancellationToken);
            listed = await Documents.ListFilesAsync(RepositoryPaths.Index, cancellationToken);
            _indexFiles.Clear();
            _index = null;
        }

        var index = _index ?? new BlobIndex();
        await ReadIndexFilesAsync(index, [.. listed.Where(file => !_indexFiles.Contains(file.Id))], cancellationToken);
        _index = index;
    }

    /// <summary>Whether the index has a blob. One that is saved but not flushed is not in it yet.</summary>
    public bool ContainsBlob(BlobType type, ObjectId id) => Index.Contains(new BlobHandle(type, id));

    /// <summary>Where a blob is and how long; false if the index does not have it.</summary>
    public bool TryLocateBlob(BlobType type, ObjectId id, out BlobLocation location) =>
        Index.TryLocate(new BlobHandle(type, id), out location);

    /// <summary>
    /// Stores a blob unless the repository has it. The work is done on the caller's thread, so that several callers use several processors;
    /// a caller waits while too many packs are unwritten. What is saved is durable after <see cref="FlushAsync"/>.
    /// </summary>
    /// <exception cref="RepositoryException">
    /// A pack could not be stored: what was saved since the last flush is not safe, and this object takes no more.
    /// </exception>
    public async ValueTask<SavedBlob> SaveBlobAsync(BlobType type, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken)
    {
        var identified = Codec.Identify(type, plaintext);
        var blob = identified.Blob;
        var index = Index;
        while (!index.Contains(blob))
        {
            if (_pending.TryClaim(blob, out var other))
            {
                return await StoreClaimedAsync(identified, cancellationToken);
            }

            if (await other.WaitAsync(cancellationToken))
            {
                break;
            }
        }

        return new SavedBlob(blob.Id, Added: false, StoredLength: 0);
    }

    /// <summary>Loads a blob and proves that it is the one. If a copy is damaged and the repository has another, that one is taken.</summary>
    /// <exception cref="RepositoryException">
    /// <see cref="RepositoryErrorKind.NotFound"/>: the index does not have it. <see cref="RepositoryErrorKind.Damaged"/>: every copy is
    /// damaged; the message names the packs.
    /// </exception>
    public async ValueTask<byte[]> LoadBlobAsync(BlobType type, ObjectId id, CancellationToken cancellationToken)
    {
        using var loaded = await RentBlobAsync(type, id, cancellationToken);
        return loaded.Bytes.ToArray();
    }

    /// <summary>As <see cref="LoadBlobAsync"/>, into borrowed memory that the caller gives back.</summary>
    internal async ValueTask<LoadedBlob> RentBlobAsync(BlobType type, ObjectId id, CancellationToken cancellationToken)
    {
        var blob = new BlobHandle(type, id);
        if (_pending.Contains(blob))
        {
            await _packs.FlushAsync(cancellationToken);
        }

        try
        {
            return await Blobs.RentAsync(blob, Index, cancellationToken);
        }
        catch (RepositoryException e) when (e.Kind is RepositoryErrorKind.Damaged or RepositoryErrorKind.NotFound)
        {
            throw new RepositoryException(e.Kind, $"{e.Message}; a check tells which snapshots and paths it affects", e);
        }
    }

    /// <summary>Makes everything that was saved durable: packs first, then an index that names them.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _packs.FlushAsync(cancellationToken);
        await _indexes.FlushAsync(cancellationToken);
    }

    /// <summary>All snapshots, oldest first.</summary>
    public Task<IReadOnlyList<Snapshot>> ListSnapshotsAsync(CancellationToken cancellationToken) => _snapshots.ListAsync(cancellationToken);

    /// <summary>The names of all snapshots, without reading them.</summary>
    public async Task<IReadOnlyList<ObjectId>> ListSnapshotIdsAsync(CancellationToken cancellationToken) =>
        await Documents.ListAsync(RepositoryPaths.Snapshots, cancellationToken);

    /// <summary>Reads a snapshot.</summary>
    public Task<Snapshot> LoadSnapshotAsync(ObjectId id, CancellationToken cancellationToken) => _snapshots.LoadAsync(id, cancellationToken);

    /// <summary>Reads the snapshot that <paramref name="name"/> means: <c>latest</c>, an id, or the beginning of one.</summary>
    /// <exception cref="RepositoryException">
    /// <see cref="RepositoryErrorKind.NotFound"/>, or <see cref="RepositoryErrorKind.Refused"/> if several begin with it.
    /// </exception>
    public Task<Snapshot> FindSnapshotAsync(string name, CancellationToken cancellationToken) => _snapshots.FindAsync(name, cancellationToken);

    /// <summary>The snapshot that an id, or the beginning of one, means, without reading its file, which may be damaged.</summary>
    /// <exception cref="RepositoryException">As for <see cref="FindSnapshotAsync"/>.</exception>
    public Task<ObjectId> ResolveSnapshotAsync(string name, CancellationToken cancellationToken) => _snapshots.ResolveAsync(name, cancellationToken);

    /// <summary>Flushes, then writes the snapshot: the one commit point of a backup.</summary>
    public async Task<Snapshot> SaveSnapshotAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        return await _snapshots.SaveAsync(snapshot, cancellationToken);
    }

    /// <summary>Removes a snapshot; its blobs stay until the next prune. One that is gone already is no error.</summary>
    public Task DeleteSnapshotAsync(ObjectId id, CancellationToken cancellationToken) =>
        Documents.DeleteAsync(RepositoryPaths.Snapshots, id, cancellationToken);

    /// <summary>The keys, oldest first.</summary>
    public Task<IReadOnlyList<RepositoryKey>> ListKeysAsync(CancellationToken cancellationToken) => _keys.ListAsync(_key.Id, cancellationToken);

    /// <summary>Adds a password, at the cost that <see cref="Options"/> name.</summary>
    public Task<ObjectId> AddKeyAsync(string password, CancellationToken cancellationToken) =>
        _keys.AddAsync(password, _key.MasterKey, cancellationToken);

    /// <summary>Adds a password, with other names of user and host in its key file than those of <see cref="Options"/>; null leaves a name.</summary>
    public Task<ObjectId> AddKeyAsync(string password, string? userName, string? hostName, CancellationToken cancellationToken) =>
        _keys.AddAsync(password, _key.MasterKey, userName ?? Options.UserName, hostName ?? Options.HostName, cancellationToken);

    /// <summary>Removes a password. The one this object was opened with stays: nobody locks himself out.</summary>
    public async Task RemoveKeyAsync(ObjectId id, CancellationToken cancellationToken)
    {
        if (id == _key.Id)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Refused, $"key {id.ToShortString()} is the one in use; open the repository with another password to remove it");
        }

        if (!(await _keys.ListIdsAsync(cancellationToken)).Contains(id))
        {
            throw new RepositoryException(RepositoryErrorKind.NotFound, $"{Location} has no key {id}");
        }

        await Backend.DeleteAsync(RepositoryPaths.File(RepositoryPaths.Keys, id), cancellationToken);
    }

    /// <summary>
    /// Replaces the password in use by another: the new key is there before the old one goes. This object stays usable; the next must be
    /// opened with the new password.
    /// </summary>
    public Task<ObjectId> ChangePasswordAsync(string password, CancellationToken cancellationToken) => ChangePasswordAsync(password, null, null, cancellationToken);

    /// <summary>As the other overload, with other names of user and host in the key file; null leaves a name.</summary>
    public async Task<ObjectId> ChangePasswordAsync(string password, string? userName, string? hostName, CancellationToken cancellationToken)
    {
        var added = await AddKeyAsync(password, userName, hostName, cancellationToken);
        await Backend.DeleteAsync(RepositoryPaths.File(RepositoryPaths.Keys, _key.Id), cancellationToken);

        return added;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _packs.DisposeAsync();
        _indexes.Dispose();
        Sealer.Dispose();
        _fingerprinter.Dispose();
        _key.MasterKey.Dispose();
    }

    /// <summary>After a prune: forgets the index, if there is one, and reads it anew.</summary>
    internal async Task ReloadIndexAsync(CancellationToken cancellationToken)
    {
        if (_index is not null)
        {
            _index = null;
            _indexFiles.Clear();
            await LoadIndexAsync(cancellationToken);
        }
    }

    private async Task ReadIndexFilesAsync(BlobIndex index, IReadOnlyList<DocumentFile> files, CancellationToken cancellationToken)
    {
        var problems = new System.Collections.Concurrent.ConcurrentQueue<IndexProblem>();
        var loader = new IndexLoader(Documents, Options.ParallelReads);
        var loaded = await loader.LoadAsync(files, index, problems.Enqueue, cancellationToken);
        if (problems.TryDequeue(out var first))
        {
            throw new RepositoryException(
                RepositoryErrorKind.Damaged,
                $"{first.Message}; run check to see what it affects; 'restic repair index' writes the index anew from the packs");
        }

        _indexFiles.UnionWith(loaded.Select(static file => file.Id));
    }

    private async ValueTask<SavedBlob> StoreClaimedAsync(IdentifiedBlob identified, CancellationToken cancellationToken)
    {
        var blob = identified.Blob;
        var accepted = false;
        try
        {
            if (Index.Contains(blob))
            {
                // It was stored between the first look and the claim.
                return new SavedBlob(blob.Id, Added: false, StoredLength: 0);
            }

            var stored = await _packs.AppendAsync(identified, cancellationToken);
            accepted = true;

            return new SavedBlob(blob.Id, Added: true, stored);
        }
        finally
        {
            if (accepted)
            {
                _pending.Accept(blob);
            }
            else
            {
                _pending.GiveUp(blob);
            }
        }
    }

    private async Task PackStoredAsync(FinishedPack pack, CancellationToken cancellationToken)
    {
        Index.AddPack(pack.Id, pack.Entries);
        _pending.Forget(pack.Entries);
        lock (_writtenGate)
        {
            _written.Add(new BackendFile(RepositoryPaths.Pack(pack.Id), pack.Size));
        }

        await _indexes.AddAsync(pack, cancellationToken);
    }
}
