using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Backups;
using BackupServer.Repository;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Engine.Archives;

/// <summary>Reads a manifests snapshot. Objects are read one by one, wherever they are; nothing is kept. Safe for concurrent callers.</summary>
public sealed class ManifestReader
{
    private readonly SnapshotReader _snapshot;

    private ManifestReader(SnapshotReader snapshot) => _snapshot = snapshot;

    /// <summary>Opens a snapshot by its id; the repository's index must be loaded.</summary>
    /// <exception cref="RepositoryException">There is no such snapshot, or it cannot be read.</exception>
    public static async Task<ManifestReader> OpenAsync(Repository.Repository repository, string snapshotId, CancellationToken cancellationToken) =>
        new(await SnapshotReader.OpenAsync(repository, snapshotId, cancellationToken));

    /// <summary>The Backup object, as UTF-8 JSON.</summary>
    public Task<byte[]> ReadBackupAsync(CancellationToken cancellationToken) => _snapshot.ReadFileAsync(ArchiveLayout.Backup, cancellationToken);

    /// <summary>The report of the run; the snapshot's own id is not in it.</summary>
    /// <exception cref="RepositoryException">The snapshot is no backup of ours, or cannot be read.</exception>
    public async Task<BackupReport> ReadReportAsync(CancellationToken cancellationToken) =>
        Read<BackupReport>(await _snapshot.ReadFileAsync(ArchiveLayout.Results, cancellationToken), ArchiveLayout.Results);

    /// <summary>What was done about each volume.</summary>
    public async Task<IReadOnlyList<VolumeRecord>> ReadVolumesAsync(CancellationToken cancellationToken) =>
        Read<List<VolumeRecord>>(await _snapshot.ReadFileAsync(ArchiveLayout.Volumes, cancellationToken), ArchiveLayout.Volumes);

    /// <summary>The log of the run.</summary>
    public Task<Stream> OpenLogAsync(CancellationToken cancellationToken) => _snapshot.OpenFileAsync(ArchiveLayout.Log, cancellationToken);

    /// <summary>The index, line by line, by resource, namespace and name.</summary>
    public async IAsyncEnumerable<IndexLine> ReadIndexAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = await _snapshot.OpenFileAsync(ArchiveLayout.Index, cancellationToken);
        var pipe = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                yield return Read<IndexLine>(rest.Slice(0, end).ToArray(), ArchiveLayout.Index);
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            pipe.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                break;
            }
        }
    }

    /// <summary>Objects, in the order of the lines. Fast when the lines are in the order of the index.</summary>
    /// <exception cref="RepositoryException">An object cannot be read, or is not what the index says.</exception>
    public async IAsyncEnumerable<(IndexLine Line, RawObject Object)> ReadObjectsAsync(
        IEnumerable<IndexLine> lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Stream? file = null;
        var path = "";
        try
        {
            foreach (var line in lines)
            {
                if (line.File != path)
                {
                    await (file?.DisposeAsync() ?? ValueTask.CompletedTask);
                    file = await _snapshot.OpenFileAsync(path = line.File, cancellationToken);
                }

                yield return (line, await ReadAsync(file!, line, cancellationToken));
            }
        }
        finally
        {
            await (file?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    /// <summary>One object.</summary>
    /// <exception cref="RepositoryException">It cannot be read, or is not what the index says.</exception>
    public async Task<RawObject> ReadObjectAsync(IndexLine line, CancellationToken cancellationToken)
    {
        await using var file = await _snapshot.OpenFileAsync(line.File, cancellationToken);
        return await ReadAsync(file, line, cancellationToken);
    }

    private static async Task<RawObject> ReadAsync(Stream file, IndexLine line, CancellationToken cancellationToken)
    {
        var content = new byte[line.Length];
        try
        {
            file.Seek(line.Offset, SeekOrigin.Begin);
            await file.ReadExactlyAsync(content, cancellationToken);
            return RawObject.Parse(content);
        }
        catch (Exception e) when (e is JsonException or EndOfStreamException)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Damaged, $"{line.Reference} is not at byte {line.Offset} of {line.File}, where the index of the backup has it.", e);
        }
    }

    private static T Read<T>(byte[] content, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(content, KubernetesJson.Options) ?? throw new JsonException("it holds nothing");
        }
        catch (JsonException e)
        {
            throw new RepositoryException(RepositoryErrorKind.Damaged, $"{path} of the snapshot is not what a backup writes there: {e.Message}", e);
        }
    }
}
