using BackupServer.Repository.Crypto;
using BenchmarkDotNet.Attributes;

namespace BackupServer.Benchmarks.Micro;

/// <summary>AES-256-CTR and Poly1305-AES over a blob.</summary>
public class SealingBenchmarks
{
    private MasterKey? _key;
    private Sealer? _sealer;
    private byte[] _plain = [];
    private byte[] _sealed = [];

    [Params(4 << 10, 384 << 10)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _key = MasterKey.Random();
        _sealer = new Sealer(_key);
        _plain = SampleData.Random(Length);
        _sealed = _sealer.Seal(_plain);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _sealer?.Dispose();
        _key?.Dispose();
    }

    [Benchmark]
    public void SealBlob() => _sealer!.Seal(_plain, _sealed);

    [Benchmark]
    public bool OpenBlob() => _sealer!.TryOpen(_sealed, _plain);
}
