using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BackupServer.Engine.Collecting;

/// <summary>
/// Bytes of objects on their way to the repository, in a file without a name, which is gone when the process is. Encrypted, because Secrets are among them;
/// the key never leaves the process. Safe for concurrent callers.
/// </summary>
internal sealed class ObjectSpool : IDisposable
{
    private const int TagSize = 16;

    private readonly AesGcm _cipher = new(RandomNumberGenerator.GetBytes(32), TagSize);
    private readonly FileStream _file;
    private readonly Lock _end = new();
    private long _length;

    public ObjectSpool(string directory)
    {
        _file = new FileStream(
            Path.Combine(directory, $"objects-{Guid.NewGuid():N}.spool"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });

        // The open handle keeps the bytes; without a name they go with the process, even with a killed one.
        File.Delete(_file.Name);
    }

    /// <summary>Keeps an object; returns where.</summary>
    public long Write(ReadOnlySpan<byte> content)
    {
        var sealedBytes = new byte[content.Length + TagSize];
        long offset;
        lock (_end)
        {
            offset = _length;
            _length += sealedBytes.Length;
        }

        lock (_cipher)
        {
            _cipher.Encrypt(Nonce(offset), content, sealedBytes.AsSpan(0, content.Length), sealedBytes.AsSpan(content.Length));
        }

        RandomAccess.Write(_file.SafeFileHandle, sealedBytes, offset);
        return offset;
    }

    /// <summary>Reads an object back.</summary>
    public byte[] Read(long offset, int length)
    {
        var sealedBytes = new byte[length + TagSize];
        var done = 0;
        while (done < sealedBytes.Length)
        {
            var count = RandomAccess.Read(_file.SafeFileHandle, sealedBytes.AsSpan(done), offset + done);
            if (count == 0)
            {
                throw new IOException($"The spool file {_file.Name} is shorter than what was written to it.");
            }

            done += count;
        }

        var content = new byte[length];
        lock (_cipher)
        {
            _cipher.Decrypt(Nonce(offset), sealedBytes.AsSpan(0, length), sealedBytes.AsSpan(length), content);
        }

        return content;
    }

    public void Dispose()
    {
        _file.Dispose();
        _cipher.Dispose();
    }

    // Offsets never repeat under one key, and each spool has its own.
    private static byte[] Nonce(long offset)
    {
        var nonce = new byte[12];
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(4), offset);
        return nonce;
    }
}
