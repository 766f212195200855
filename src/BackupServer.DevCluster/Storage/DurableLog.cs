using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Storage;

/// <summary>
/// The store's writes in a folder: a snapshot of all live objects and an append-only log of what came after it. A record is handed to the
/// operating system before the write is visible to anyone, so a killed process loses nothing; a torn last record is cut off at start.
/// Record: length (4 bytes), CRC-32C (4 bytes), then kind, revision, bucket, namespace, name, and the object's JSON.
/// </summary>
internal sealed class DurableLog : IStoreLog, IDisposable
{
    private const byte PutRecord = 1;
    private const byte DeleteRecord = 2;
    private const byte RevisionRecord = 3;
    private const long LeastLogBytes = 64L << 20;
    private readonly string _folder;
    private readonly FileStream _lock;
    private readonly Dictionary<(string Bucket, string Namespace, string Name), StoredObject> _loaded = [];
    private FileStream _log;
    private long _snapshotBytes;

    private DurableLog(string folder, FileStream held)
    {
        _folder = folder;
        _lock = held;
        Read(SnapshotFile, truncate: false);
        _snapshotBytes = File.Exists(SnapshotFile) ? new FileInfo(SnapshotFile).Length : 0;
        foreach (var file in LogFiles())
        {
            Read(file, truncate: true);
        }

        _log = OpenLog(LogFiles().LastOrDefault() ?? LogFile(Revision));
    }

    /// <summary>The newest revision read.</summary>
    public long Revision { get; private set; }

    private string SnapshotFile => Path.Combine(_folder, "snapshot");

    /// <summary>Opens (or makes) the folder's store; an <see cref="IOException"/> says when another process has it.</summary>
    public static DurableLog Open(string folder)
    {
        Directory.CreateDirectory(folder);
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"the data folder {folder} is in use by another DevCluster: {e.Message}", e);
        }

        return new DurableLog(folder, held);
    }

    /// <summary>The live objects read; they are handed out once.</summary>
    public IEnumerable<(string Bucket, StoredObject Object)> TakeLoaded()
    {
        foreach (var ((bucket, _, _), obj) in _loaded)
        {
            yield return (bucket, obj);
        }

        _loaded.Clear();
    }

    /// <inheritdoc/>
    public void Put(string bucket, StoredObject obj) => _log.Write(Record(PutRecord, obj.Revision, bucket, obj.Namespace, obj.Name, obj.Utf8.Span));

    /// <inheritdoc/>
    public void Delete(string bucket, string ns, string name, long revision) => _log.Write(Record(DeleteRecord, revision, bucket, ns, name, []));

    /// <inheritdoc/>
    public void AfterWrite(Func<IEnumerable<(string Bucket, StoredObject Object)>> live, long revision)
    {
        if (_log.Position < Math.Max(LeastLogBytes, 2 * _snapshotBytes))
        {
            return;
        }

        var draft = SnapshotFile + ".new";
        using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            foreach (var (bucket, obj) in live())
            {
                file.Write(Record(PutRecord, obj.Revision, bucket, obj.Namespace, obj.Name, obj.Utf8.Span));
            }

            file.Write(Record(RevisionRecord, revision, "", "", "", []));
            file.Flush(flushToDisk: true);
            _snapshotBytes = file.Length;
        }

        File.Move(draft, SnapshotFile, overwrite: true);
        _log.Dispose();
        var old = LogFiles();
        _log = OpenLog(LogFile(revision));
        foreach (var file in old)
        {
            File.Delete(file);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _log.Dispose();
        _lock.Dispose();
    }

    private List<string> LogFiles() => [.. Directory.GetFiles(_folder, "log.*").Order(StringComparer.Ordinal)];

    private string LogFile(long revision) => Path.Combine(_folder, $"log.{revision:D20}");

    /// <summary>No buffer of ours: what is written is with the operating system when the call returns.</summary>
    private static FileStream OpenLog(string file)
    {
        var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        stream.Seek(0, SeekOrigin.End);
        return stream;
    }

    private static byte[] Record(byte kind, long revision, string bucket, string ns, string name, ReadOnlySpan<byte> json)
    {
        var key = Encoding.UTF8.GetBytes($"{bucket}\0{ns}\0{name}\0");
        var record = new byte[8 + 1 + 8 + 4 + key.Length + json.Length];
        record[8] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(9), revision);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(17), key.Length);
        key.CopyTo(record, 21);
        json.CopyTo(record.AsSpan(21 + key.Length));
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - 8);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Checksum(record.AsSpan(8)));
        return record;
    }

    private static uint Checksum(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        for (; data.Length >= 8; data = data[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        }

        foreach (var value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    private void Read(string path, bool truncate)
    {
        if (!File.Exists(path))
        {
            return;
        }

        long good = 0;
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 20);
        var head = new byte[8];
        while (file.ReadAtLeast(head, 8, throwOnEndOfStream: false) == 8)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (length < 13 || length > file.Length - file.Position)
            {
                break;
            }

            var body = new byte[length];
            file.ReadExactly(body);
            if (Checksum(body) != BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)))
            {
                break;
            }

            Replay(body);
            good = file.Position;
        }

        if (good == file.Length)
        {
            return;
        }

        if (!truncate)
        {
            throw new InvalidDataException($"{path} is damaged after byte {good}; restore the file or start with an empty data folder");
        }

        file.SetLength(good);
    }

    private void Replay(byte[] body)
    {
        var revision = BinaryPrimitives.ReadInt64LittleEndian(body.AsSpan(1));
        var keyLength = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(9));
        var key = Encoding.UTF8.GetString(body, 13, keyLength).Split('\0');
        switch (body[0])
        {
            case PutRecord:
                var obj = JsonNode.Parse(body.AsSpan(13 + keyLength))!.AsObject();
                _loaded[(key[0], key[1], key[2])] = EncodedObject.Encode(obj).At(revision);
                break;
            case DeleteRecord:
                _loaded.Remove((key[0], key[1], key[2]));
                break;
        }

        Revision = Math.Max(Revision, revision);
    }
}
