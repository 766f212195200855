using System.Text;
using BackupServer.Repository.Documents;
using BackupServer.Repository.Indexing;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Tests.Indexing;

public sealed class BlobIndexTests
{
    private static ObjectId IdOf(int number) => ObjectId.Of(BitConverter.GetBytes(number));

    private static PackEntry Entry(int number, BlobType type = BlobType.Data) =>
        new(new BlobHandle(type, IdOf(number)), (uint)number * 100, 100, 0);

    [Fact]
    public void Every_blob_is_found_where_it_was_put_and_no_other_is()
    {
        var index = new BlobIndex();
        for (var pack = 0; pack < 100; pack++)
        {
            index.AddPack(IdOf(-1 - pack), [.. Enumerable.Range(pack * 1000, 1000).Select(static number => Entry(number))]);
        }

        Assert.Equal(100_000, index.Count);
        for (var number = 0; number < 100_000; number++)
        {
            Assert.True(index.TryLocate(new BlobHandle(BlobType.Data, IdOf(number)), out var location));
            Assert.Equal(new BlobLocation(IdOf(-1 - (number / 1000)), (uint)number * 100, 100, 0), location);
        }

        Assert.False(index.Contains(new BlobHandle(BlobType.Tree, IdOf(1))));
        Assert.False(index.Contains(new BlobHandle(BlobType.Data, IdOf(100_000))));
    }

    [Fact]
    public void A_large_index_takes_about_fifty_bytes_for_each_blob()
    {
        var index = new BlobIndex();

        for (var pack = 0; pack < 90; pack++)
        {
            index.AddPack(IdOf(-1 - pack), [.. Enumerable.Range(pack * 1000, 1000).Select(static number => Entry(number))]);
            Assert.True(index.Count < 60_000 || index.MemoryBytes / (double)index.Count < 52, $"{index.Count}: {index.MemoryBytes}");
        }

        Assert.InRange(index.MemoryBytes / (double)index.Count, 40, 50);
    }

    [Fact]
    public void A_blob_of_two_packs_has_two_places_and_a_pack_listed_twice_only_one()
    {
        var index = new BlobIndex();

        index.AddPack(IdOf(-1), [Entry(1), Entry(2)]);
        index.AddPack(IdOf(-2), [Entry(1)]);
        index.AddPack(IdOf(-1), [Entry(1), Entry(2)]);

        Assert.Equal(3, index.Count);
        Assert.Equal([IdOf(-1), IdOf(-2)], index.Locate(new BlobHandle(BlobType.Data, IdOf(1))).Select(static location => location.Pack));
        Assert.Equal([2, 1], new[] { index.GroupByPack().Entries(0).Length, index.GroupByPack().Entries(1).Length });
    }

    [Fact]
    public void Blobs_in_any_order_with_gaps_and_of_both_types_are_where_they_were_said_to_be()
    {
        var random = new Random(3);
        var index = new BlobIndex();
        var packs = new List<(ObjectId Id, PackEntry[] Entries)>();
        for (var pack = 0; pack < 200; pack++)
        {
            var offset = 0u;
            var entries = new PackEntry[random.Next(1, 60)];
            for (var i = 0; i < entries.Length; i++)
            {
                offset += random.Next(4) == 0 ? (uint)random.Next(1, 1000) : 0;
                var length = (uint)random.Next(32, 100_000);
                entries[i] = new PackEntry(new BlobHandle((BlobType)random.Next(2), IdOf(random.Next(4000))), offset, length, (uint)random.Next(100_000));
                offset += length;
            }

            random.Shuffle(entries);
            packs.Add((IdOf(-1 - pack), entries));
            index.AddPack(IdOf(-1 - pack), entries);
        }

        var groups = index.GroupByPack();
        foreach (var (id, entries) in packs)
        {
            Assert.True(index.TryGetPack(id, out var pack));
            Assert.Equal(
                entries.OrderBy(static entry => entry.Offset).Select(static entry => (entry.Blob, entry.Offset, entry.Length, entry.UncompressedLength)),
                groups.Entries(pack).ToArray().Select(ordinal => index.Entry(ordinal)).Select(static entry => (entry.Blob, entry.Offset, entry.Length, entry.UncompressedLength)));
            Assert.All(groups.Entries(pack).ToArray(), ordinal => Assert.Equal(pack, index.Entry(ordinal).Pack));
            Assert.All(entries, entry => Assert.Contains(new BlobLocation(id, entry.Offset, entry.Length, entry.UncompressedLength), index.Locate(entry.Blob)));
        }
    }

    [Fact]
    public void What_the_encoder_writes_the_decoder_reads()
    {
        var packs = Enumerable.Range(0, 50)
            .Select(static pack => new FinishedPack(
                IdOf(-1 - pack),
                0,
                [.. Enumerable.Range(pack * 40, 40).Select(static number => Entry(number, (BlobType)(number & 1)) with { UncompressedLength = (uint)number })]))
            .ToList();

        var read = Decode(IndexEncoder.Encode(packs).ToArray());

        Assert.Equal(packs.Select(static pack => pack.Id), read.Select(static pack => pack.Id));
        Assert.Equal(packs.SelectMany(static pack => pack.Entries), read.SelectMany(static pack => pack.Entries));
    }

    [Fact]
    public void Members_that_nobody_knows_are_passed_over()
    {
        var json = $$"""
            {"supersedes":["{{IdOf(5)}}"],"more":{"packs":[{"id":"no"}]},
             "packs":[{"blobs":[{"length":40,"new":{"id":[1,{"id":"x"}]},"offset":7,"type":"tree","id":"{{IdOf(2)}}"}],"x":[[{"id":3}]],"id":"{{IdOf(1)}}"}]}
            """;

        var pack = Assert.Single(Decode(Encoding.UTF8.GetBytes(json)));

        Assert.Equal(IdOf(1), pack.Id);
        Assert.Equal(new PackEntry(new BlobHandle(BlobType.Tree, IdOf(2)), 7, 40, 0), Assert.Single(pack.Entries));
    }

    [Theory]
    [InlineData("""{"packs":[{"blobs":[]}]}""")]
    [InlineData("""{"packs":[{"id":"zz","blobs":[]}]}""")]
    [InlineData("""{"packs":[{"id":""")]
    [InlineData("""[""")]
    public void What_is_no_index_is_refused(string json) =>
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => Decode(Encoding.UTF8.GetBytes(json)));

    private static List<FinishedPack> Decode(byte[] json)
    {
        var packs = new List<FinishedPack>();
        using var document = new DocumentReader(json);
        new IndexDecoder((id, entries) => packs.Add(new FinishedPack(id, 0, [.. entries]))).Decode(document);

        return packs;
    }
}
