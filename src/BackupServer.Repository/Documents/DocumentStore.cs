using System.Text.Json;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Compression;
using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Documents;

/// <summary>The sealed JSON files outside packs: snapshots, indexes, locks. Their name is the hash of what is stored.</summary>
internal sealed class DocumentStore(IRepositoryBackend backend, Sealer sealer, int compressionLevel)
{
    private const byte Compressed = 2;

    /// <summary>Bytes of JSON of a document that is read whole: a snapshot with very many paths has some hundred kilobytes.</summary>
    private const int MaximumLength = 64 << 20;


    public async Task<ObjectId> SaveAsync(string directory, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        var (id, content) = Prepare(json);
        await backend.SaveAsync(RepositoryPaths.File(directory, id), content, cancellationToken);

        return id;
    }

    /// <summary>What a document is stored as, and its name.</summary>
    public (ObjectId Id, byte[] Content) Prepare(ReadOnlyMemory<byte> json)
    {
        var content = Encode(json.Span);
        return (ObjectId.Of(content), content);
    }

    /// <summary>The document's JSON, piece by piece.</summary>
    /// <exception cref="RepositoryException">It does not exist, or is damaged.</exception>
    public async Task<DocumentReader> OpenAsync(string directory, ObjectId id, CancellationToken cancellationToken)
    {
        var path = RepositoryPaths.File(directory, id);
        return await OpenAsync(path, id, async () => await backend.LoadAsync(path, 0, -1, cancellationToken));
    }

    /// <summary>As the other overload, in the caller's memory, which must have room for the file and is the reader's until that is disposed.</summary>
    public Task<DocumentReader> OpenAsync(string directory, DocumentFile file, byte[] room, CancellationToken cancellationToken)
    {
        var path = RepositoryPaths.File(directory, file.Id);
        var content = room.AsMemory(0, (int)file.Size);
        return OpenAsync(path, file.Id, async () =>
        {
            await backend.ReadAsync(path, 0, content, cancellationToken);
            return content;
        });
    }

    private async Task<DocumentReader> OpenAsync(string path, ObjectId id, Func<Task<Memory<byte>>> read)
    {
        var content = await read();
        try
        {
            if (ObjectId.Of(content.Span) != id)
            {
                // Read once more: a bit may have changed on the way.
                content = await read();
                RequireHash(id, content.Span);
            }

            return Decode(content);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(path, e);
        }
    }

    /// <summary>The whole document's JSON, for small ones.</summary>
    public async Task<byte[]> LoadAsync(string directory, ObjectId id, CancellationToken cancellationToken)
    {
        using var reader = await OpenAsync(directory, id, cancellationToken);
        try
        {
            return reader.ReadToEnd(MaximumLength);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(RepositoryPaths.File(directory, id), e);
        }
    }

    /// <summary>The ids of a directory, sorted. Names that are no id belong to somebody else.</summary>
    public async Task<List<ObjectId>> ListAsync(string directory, CancellationToken cancellationToken) =>
        (await ListFilesAsync(directory, cancellationToken)).ConvertAll(static file => file.Id);

    /// <summary>As <see cref="ListAsync"/>, with the files' sizes.</summary>
    public async Task<List<DocumentFile>> ListFilesAsync(string directory, CancellationToken cancellationToken)
    {
        var files = new List<DocumentFile>();
        await foreach (var file in backend.ListAsync(directory, cancellationToken))
        {
            if (ObjectId.TryParse(file.Name, out var id))
            {
                files.Add(new DocumentFile(id, file.Size));
            }
        }

        files.Sort(static (one, other) => one.Id.CompareTo(other.Id));
        return files;
    }

    public Task DeleteAsync(string directory, ObjectId id, CancellationToken cancellationToken) =>
        backend.DeleteAsync(RepositoryPaths.File(directory, id), cancellationToken);

    /// <summary>The words for a document that cannot be used.</summary>
    public RepositoryException Damaged(string path, Exception cause) => new(
        RepositoryErrorKind.Damaged, $"'{path}' in {backend.Location} is damaged: {cause.Message}", cause);

    private byte[] Encode(ReadOnlySpan<byte> json)
    {
        var plain = new byte[1 + Zstd.MaximumLength(json.Length)];
        plain[0] = Compressed;
        var length = 1 + Zstd.Compress(json, plain.AsSpan(1), compressionLevel);
        var content = sealer.Seal(plain.AsSpan(0, length));

        // What is stored must be readable: memory and libraries fail too.
        using var reader = Decode(content.ToArray());
        return IsEqual(reader, json)
            ? content
            : throw new InvalidOperationException("a document read back differs from what was written: the machine's memory is not to be trusted");
    }

    private static bool IsEqual(DocumentReader reader, ReadOnlySpan<byte> json)
    {
        var piece = new byte[16 << 10];
        while (reader.Read(piece) is > 0 and var count)
        {
            if (!json.StartsWith(piece.AsSpan(0, count)))
            {
                return false;
            }

            json = json[count..];
        }

        return json.IsEmpty;
    }

    private static void RequireHash(ObjectId id, ReadOnlySpan<byte> content)
    {
        if (ObjectId.Of(content) != id)
        {
            throw new InvalidDataException("its content does not have the hash that its name says");
        }
    }

    /// <summary>Decrypts in place, because an index need not be in memory twice.</summary>
    private DocumentReader Decode(Memory<byte> content)
    {
        if (content.Length < Sealer.Overhead)
        {
            throw new InvalidDataException($"{content.Length} bytes are too few");
        }

        var plain = content[Sealer.IvSize..^Sealer.TagSize];
        return sealer.TryOpen(content.Span, plain.Span)
            ? new DocumentReader(plain)
            : throw new InvalidDataException("its authentication tag does not verify");
    }

    /// <summary>Reads a document whole and parses it.</summary>
    public async Task<T> LoadAsync<T>(
        string directory, ObjectId id, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var json = await LoadAsync(directory, id, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw Damaged(RepositoryPaths.File(directory, id), e);
        }
    }
}
