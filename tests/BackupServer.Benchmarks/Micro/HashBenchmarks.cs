using BackupServer.Repository;
using BenchmarkDotNet.Attributes;

namespace BackupServer.Benchmarks.Micro;

/// <summary>SHA-256, the id of everything.</summary>
public class HashBenchmarks
{
    private byte[] _content = [];

    [Params(4 << 10, 384 << 10, 16 << 20)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Prepare() => _content = SampleData.Random(Length);

    [Benchmark]
    public ObjectId Hash() => ObjectId.Of(_content);
}
