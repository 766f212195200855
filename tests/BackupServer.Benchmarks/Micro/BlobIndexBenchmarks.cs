using System.Buffers.Binary;
using BackupServer.Repository;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Packing;
using BenchmarkDotNet.Attributes;

namespace BackupServer.Benchmarks.Micro;

/// <summary>An index of 200,000 blobs: filling it, finding each, not finding as many, and the index files they come from.</summary>
public class BlobIndexBenchmarks
{
    private const int Blobs = 200_000;
    private const int PerPack = 43;
    private readonly BlobIndex _filled = new();
    private FinishedPack[] _packs = [];
    private BlobHandle[] _known = [];
    private BlobHandle[] _unknown = [];
    private byte[] _json = [];

    [GlobalSetup]
    public void Prepare()
    {
        _known = [.. Enumerable.Range(0, Blobs).Select(static i => new BlobHandle(BlobType.Data, Id(i)))];
        _unknown = [.. Enumerable.Range(Blobs, Blobs).Select(static i => new BlobHandle(BlobType.Data, Id(i)))];
        _packs = [.. _known.Chunk(PerPack).Select(static (blobs, i) =>
            new FinishedPack(Id(-1 - i), 0, [.. blobs.Select(static (blob, j) => new PackEntry(blob, (uint)j * 390_000, 390_000, 391_000))]))];
        Fill(_filled);
        _json = IndexEncoder.Encode(_packs).ToArray();
    }

    [Benchmark(OperationsPerInvoke = Blobs)]
    public int Insert() => Fill(new BlobIndex());

    [Benchmark(OperationsPerInvoke = Blobs)]
    public int Find() => _known.Count(blob => _filled.TryLocate(blob, out _));

    [Benchmark(OperationsPerInvoke = Blobs)]
    public int FindNone() => _unknown.Count(_filled.Contains);

    [Benchmark(OperationsPerInvoke = Blobs)]
    public int EncodeFile() => IndexEncoder.Encode(_packs).Length;

    [Benchmark(OperationsPerInvoke = Blobs)]
    public int DecodeFile()
    {
        var index = new BlobIndex();
        using var json = new Repository.Documents.DocumentReader(_json);
        new IndexDecoder((pack, entries) => index.AddPack(pack, entries)).Decode(json);
        return index.Count;
    }

    private int Fill(BlobIndex index)
    {
        foreach (var pack in _packs)
        {
            index.AddPack(pack.Id, pack.Entries);
        }

        return index.Count;
    }

    private static ObjectId Id(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return ObjectId.Of(bytes);
    }
}
