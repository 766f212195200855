using BackupServer.Repository.Chunking;
using BenchmarkDotNet.Attributes;

namespace BackupServer.Benchmarks.Micro;

/// <summary>Boundaries of 64 MiB.</summary>
public class ChunkerBenchmarks
{
    private readonly ContentChunker _chunker = new(new BoundaryKey("benchmark"));
    private byte[] _content = [];

    [GlobalSetup]
    public void Prepare() => _content = SampleData.Random(64 << 20);

    [Benchmark]
    public int Cut64MiB()
    {
        _chunker.Reset();
        var chunks = 0;
        for (var position = 0; position < _content.Length; chunks++)
        {
            position += _chunker.Next(_content.AsSpan(position), atEnd: true);
        }

        return chunks;
    }
}
