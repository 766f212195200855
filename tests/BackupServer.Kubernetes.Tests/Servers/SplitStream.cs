namespace BackupServer.Kubernetes.Tests.Servers;

/// <summary>Gives a document in pieces that end at chosen offsets.</summary>
public sealed class SplitStream(byte[] document, IEnumerable<int> splits) : Stream
{
    private readonly Queue<int> _ends = new(splits.Where(s => s < document.Length).Distinct().Order().Append(document.Length));
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => document.Length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        while (_ends.TryPeek(out var reached) && reached <= _position)
        {
            _ends.Dequeue();
        }

        var piece = Math.Min(count, _ends.TryPeek(out var end) ? end - _position : 0);
        document.AsSpan(_position, piece).CopyTo(buffer.AsSpan(offset));
        _position += piece;
        return piece;
    }

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
