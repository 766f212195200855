using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Dumping;

/// <summary>
/// Writes a directory of a snapshot, with everything below it, as one archive. Paths in it begin at the snapshot's root, without a slash. Names that are not
/// UTF-8 are escaped, because neither format can carry them. The index must be loaded; the caller holds the repository's lock.
/// </summary>
public sealed class SnapshotDumper(SnapshotReader snapshot)
{
    /// <summary>Writes the archive; the stream need not be seekable and stays open.</summary>
    /// <exception cref="RepositoryException">The path does not exist, or something below it is missing or damaged.</exception>
    public async Task DumpAsync(string path, DumpFormat format, Stream output, CancellationToken cancellationToken)
    {
        if (format == DumpFormat.Tar)
        {
            await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
            await foreach (var entry in EntriesAsync(path, cancellationToken))
            {
                await WriteTarAsync(tar, entry, cancellationToken);
            }

            return;
        }

        await using var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken);
        await foreach (var entry in EntriesAsync(path, cancellationToken))
        {
            await WriteZipAsync(zip, entry, cancellationToken);
        }
    }

    private async IAsyncEnumerable<SnapshotEntry> EntriesAsync(
        string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = await snapshot.RequireAsync(path, cancellationToken);
        if (start.Node.Type == NodeType.Directory && !start.Node.Name.IsEmpty)
        {
            yield return start;
        }

        await foreach (var entry in snapshot.WalkAsync(path, cancellationToken))
        {
            yield return entry;
        }
    }

    private async Task WriteTarAsync(TarWriter tar, SnapshotEntry entry, CancellationToken cancellationToken)
    {
        var node = entry.Node;
        TarEntryType? type = node.Type switch
        {
            NodeType.File => TarEntryType.RegularFile,
            NodeType.Directory => TarEntryType.Directory,
            NodeType.Symlink => TarEntryType.SymbolicLink,
            NodeType.Device => TarEntryType.BlockDevice,
            NodeType.CharDevice => TarEntryType.CharacterDevice,
            NodeType.Fifo => TarEntryType.Fifo,
            _ => null,
        };
        if (type is not { } known)
        {
            return;
        }

        var attributes = node.ExtendedAttributes.Select(static attribute => KeyValuePair.Create($"SCHILY.xattr.{attribute.Name}", Encoding.Latin1.GetString(attribute.Value.Span)));
        var written = new PaxTarEntry(known, NameOf(entry), attributes.Where(static attribute => attribute.Value.All(static c => c is > '\0' and < '\u0080' and not '\n')))
        {
            Mode = (UnixFileMode)(NodeMode.ToLinuxPermissions(node.Mode) & 0xFFF),
            ModificationTime = node.ModifiedAt.ToDateTimeOffset(),
            Uid = (int)node.Uid,
            Gid = (int)node.Gid,
            UserName = node.User,
            GroupName = node.Group,
        };
        if (known == TarEntryType.SymbolicLink)
        {
            written.LinkName = node.LinkTarget.ToString();
        }

        if (known is TarEntryType.BlockDevice or TarEntryType.CharacterDevice)
        {
            written.DeviceMajor = (int)(((node.Device >> 8) & 0xFFF) | ((node.Device >> 32) & 0xFFFFF000));
            written.DeviceMinor = (int)((node.Device & 0xFF) | ((node.Device >> 12) & 0xFFFFFF00));
        }

        await using var content = known == TarEntryType.RegularFile ? snapshot.OpenContent(node) : null;
        if (content is not null)
        {
            written.DataStream = content;
        }

        await tar.WriteEntryAsync(written, cancellationToken);
    }

    private async Task WriteZipAsync(ZipArchive zip, SnapshotEntry entry, CancellationToken cancellationToken)
    {
        var node = entry.Node;
        if (node.Type is not (NodeType.File or NodeType.Directory or NodeType.Symlink))
        {
            return;
        }

        var written = zip.CreateEntry(NameOf(entry), CompressionLevel.Fastest);
        var kind = node.Type switch
        {
            NodeType.File => 0x8000u,
            NodeType.Directory => 0x4000u,
            _ => 0xA000u,
        };
        written.ExternalAttributes = (int)((kind | NodeMode.ToLinuxPermissions(node.Mode)) << 16);
        written.LastWriteTime = InZipRange(node.ModifiedAt.ToDateTimeOffset());
        if (node.Type == NodeType.Directory)
        {
            return;
        }

        await using var output = await written.OpenAsync(cancellationToken);
        if (node.Type == NodeType.Symlink)
        {
            await output.WriteAsync(node.LinkTarget.Memory, cancellationToken);
            return;
        }

        await using var content = snapshot.OpenContent(node);
        await content.CopyToAsync(output, cancellationToken);
    }

    // The format counts years from 1980 in seven bits.
    private static DateTimeOffset InZipRange(DateTimeOffset time)
    {
        var first = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var last = new DateTimeOffset(2107, 12, 31, 23, 59, 58, TimeSpan.Zero);
        return time < first ? first : time > last ? last : time;
    }

    private static string NameOf(SnapshotEntry entry)
    {
        var name = entry.Path.ToString().TrimStart('/');
        return entry.Node.Type == NodeType.Directory ? name + "/" : name;
    }
}
