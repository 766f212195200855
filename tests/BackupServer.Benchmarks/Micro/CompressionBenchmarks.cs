using BackupServer.Repository;
using BackupServer.Repository.Compression;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Packing;
using BenchmarkDotNet.Attributes;

namespace BackupServer.Benchmarks.Micro;

/// <summary>zstd over one chunk of a database, and the probe that spares it random bytes.</summary>
public class CompressionBenchmarks
{
    private readonly byte[] _random = SampleData.Random(384 << 10);
    private readonly byte[] _pages = SampleData.Pages(384 << 10);
    private MasterKey? _key;
    private Sealer? _sealer;
    private Fingerprinter? _fingerprinter;
    private BlobCodec? _codec;
    private byte[] _room = [];
    private int _length;

    [GlobalSetup]
    public void Prepare()
    {
        _key = MasterKey.Random();
        _sealer = new Sealer(_key);
        _fingerprinter = new Fingerprinter();
        _codec = new BlobCodec(_sealer, _fingerprinter, new RepositoryOptions().CompressionLevel);
        _room = new byte[Zstd.MaximumLength(_pages.Length)];
        _length = Zstd.Compress(_pages, _room, new RepositoryOptions().CompressionLevel);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _fingerprinter?.Dispose();
        _sealer?.Dispose();
        _key?.Dispose();
    }

    [Benchmark]
    public bool ProbeRandom() => Prepare(_random);

    [Benchmark]
    public bool ProbeAndCompressPages() => Prepare(_pages);

    [Benchmark]
    public int DecompressPages() => Zstd.Decompress(_room.AsSpan(0, _length), _pages);

    private bool Prepare(byte[] content)
    {
        using var prepared = _codec!.Prepare(BlobType.Data, content);
        return prepared.UncompressedLength > 0;
    }
}
