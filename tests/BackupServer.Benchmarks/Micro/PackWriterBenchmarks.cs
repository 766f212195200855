using BackupServer.Repository;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Packing;
using BenchmarkDotNet.Attributes;

namespace BackupServer.Benchmarks.Micro;

/// <summary>A pack of 16 MiB from blobs of 384 KiB: compressed or not, sealed, proved, hashed, and given to a place that keeps nothing.</summary>
public class PackWriterBenchmarks
{
    private const int Blobs = 42;
    private readonly MemoryBackend _memory = new();
    private MasterKey? _key;
    private Sealer? _sealer;
    private byte[][] _blobs = [];

    [Params(false, true)]
    public bool Compressible { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _key = MasterKey.Random();
        _sealer = new Sealer(_key);
        var content = Compressible ? SampleData.Pages(Blobs * (384 << 10)) : SampleData.Random(Blobs * (384 << 10));
        _blobs = [.. content.Chunk(384 << 10)];
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _sealer?.Dispose();
        _key?.Dispose();
    }

    [Benchmark]
    public async Task<long> WritePack()
    {
        var size = 0L;
        var options = new RepositoryOptions();
        using var fingerprinter = new Fingerprinter();
        var codec = new BlobCodec(_sealer!, fingerprinter, options.CompressionLevel);
        await using var writer = new PackWriter(new DiscardingBackend(_memory), _sealer!, codec, options, (pack, _) =>
        {
            size += pack.Size;
            return Task.CompletedTask;
        });
        foreach (var content in _blobs)
        {
            await writer.AppendAsync(codec.Identify(BlobType.Data, content), CancellationToken.None);
        }

        await writer.FlushAsync(CancellationToken.None);
        return size;
    }
}
