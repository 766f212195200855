using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Collecting;
using BackupServer.Repository.Archiving;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Engine.Archives;

/// <summary>Writes the files of a manifests snapshot as <see cref="ArchiveLayout"/> names them.</summary>
internal sealed class ManifestWriter(SnapshotBuilder snapshot)
{
    private static readonly ReadOnlyMemory<byte> EndOfLine = "\n"u8.ToArray();

    /// <summary>Bytes written so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Writes objects and their index; calls back after each object.</summary>
    /// <param name="objects">Objects by resource, namespace and name.</param>
    /// <param name="spool">Where their bytes are.</param>
    /// <param name="stored">Called after each object.</param>
    /// <param name="cancellationToken">Stops between objects.</param>
    public async Task WriteObjectsAsync(IEnumerable<SpooledObject> objects, ObjectSpool spool, Action<SpooledObject> stored, CancellationToken cancellationToken)
    {
        await using var index = snapshot.CreateFile(ArchiveLayout.Index);
        SnapshotFileWriter? file = null;
        var path = "";
        try
        {
            foreach (var entry in objects)
            {
                var wanted = ArchiveLayout.Objects(entry.Type.Resource.GroupResource, entry.Namespace);
                if (wanted != path)
                {
                    await CloseAsync(file);
                    file = snapshot.CreateFile(path = wanted);
                }

                var content = Flatten(spool.Read(entry.Offset, entry.Length));
                var line = LineOf(entry, path, file!.Length, content.Length);
                await file.WriteAsync(content, cancellationToken);
                await file.WriteAsync(EndOfLine, cancellationToken);
                await index.WriteAsync(line, cancellationToken);
                await index.WriteAsync(EndOfLine, cancellationToken);
                if (ChunkBoundary.Follows(entry.Reference, content.Length))
                {
                    file.CutChunk();
                }

                if (ChunkBoundary.Follows(entry.Reference, line.Length))
                {
                    index.CutChunk();
                }

                stored(entry);
            }

            await CloseAsync(file);
            Bytes += index.Length;
        }
        catch
        {
            index.Abandon();
            if (file is not null)
            {
                file.Abandon();
                await file.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Writes one of the other files.</summary>
    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var file = snapshot.CreateFile(path);
        try
        {
            await file.WriteAsync(content, cancellationToken);
            Bytes += file.Length;
        }
        catch
        {
            file.Abandon();
            throw;
        }
    }

    private async ValueTask CloseAsync(SnapshotFileWriter? file)
    {
        if (file is not null)
        {
            Bytes += file.Length;
            await file.DisposeAsync();
        }
    }

    // The API server writes no line ends into JSON. A plugin or another server may.
    private static byte[] Flatten(byte[] content)
    {
        if (content.AsSpan().IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            return content;
        }

        using var document = JsonDocument.Parse(content);
        return JsonSerializer.SerializeToUtf8Bytes(document.RootElement, KubernetesJson.Options);
    }

    private static byte[] LineOf(SpooledObject entry, string path, long offset, int length) => JsonSerializer.SerializeToUtf8Bytes(
        new IndexLine
        {
            Group = entry.Type.Resource.Group,
            Version = entry.Type.Resource.Version,
            Resource = entry.Type.Resource.Resource,
            Kind = entry.Type.Kind,
            Namespace = entry.Namespace,
            Name = entry.Name,
            Uid = entry.Uid,
            File = path,
            Offset = offset,
            Length = length,
        },
        KubernetesJson.Options);
}
