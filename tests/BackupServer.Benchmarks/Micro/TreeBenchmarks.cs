using System.Globalization;
using BackupServer.Repository;
using BackupServer.Repository.Nodes;
using BenchmarkDotNet.Attributes;

namespace BackupServer.Benchmarks.Micro;

/// <summary>The tree of a directory with 1,000 files; figures are for one node.</summary>
public class TreeBenchmarks
{
    private const int Nodes = 1000;
    private Node[] _nodes = [];
    private byte[] _tree = [];

    [GlobalSetup]
    public void Prepare()
    {
        _nodes = [.. Enumerable.Range(0, Nodes).Select(static i => new Node
        {
            Name = new RawName(string.Create(CultureInfo.InvariantCulture, $"file-{i:0000}.txt")),
            Type = NodeType.File,
            Mode = 0x1a4,
            ModifiedAt = new NodeTime(1_700_000_000 + i, 123_456_789),
            AccessedAt = new NodeTime(1_700_000_000 + i, 123_456_789),
            ChangedAt = new NodeTime(1_700_000_000 + i, 987_654_321),
            Uid = 1000,
            Gid = 1000,
            User = "somebody",
            Group = "users",
            Inode = 100_000 + (ulong)i,
            Size = 2048,
            Links = 1,
            Content = [ObjectId.Of([(byte)i, (byte)(i >> 8)])],
        })];
        _tree = TreeCodec.Encode(_nodes);
    }

    [Benchmark(OperationsPerInvoke = Nodes)]
    public int EncodeTree() => TreeCodec.Encode(_nodes).Length;

    [Benchmark(OperationsPerInvoke = Nodes)]
    public int DecodeTree() => TreeReader.ReadAll(_tree).Count();
}
