using BackupServer.Repository.Chunking;
using BackupServer.Repository.Tests.Files;

namespace BackupServer.Repository.Tests.Chunking;

public sealed class ContentChunkerTests
{
    private static readonly BoundaryKey Key = new("3da3358b4dc173");

    [Fact]
    public void Chunks_have_sizes_within_the_limits_and_about_384_KiB_on_average()
    {
        byte[] content = AwkwardTree.RandomBytes(100 << 20, 1);

        int[] chunks = Cut(content, content.Length);

        Assert.Equal(content.Length, chunks.Sum());
        Assert.All(chunks[..^1], length => Assert.InRange(length, ChunkLimits.Minimum, ChunkLimits.Maximum));
        Assert.InRange(chunks.Average(), 340_000, 440_000);
        Assert.InRange(chunks.Count(length => length > 640_000), 0, chunks.Length / 50);
    }

    [Fact]
    public void Boundaries_do_not_depend_on_how_the_bytes_arrive()
    {
        Random random = new(2);
        for (int round = 0; round < 12; round++)
        {
            byte[] content = Mixed(random);
            int[] whole = Cut(content, content.Length);

            foreach (int step in new[] { 1000, 4096, 65_537, 512 * 1024 })
            {
                Assert.Equal(whole, Cut(content, step));
            }

            Assert.Equal(content.Length, whole.Sum());
            Assert.All(whole, length => Assert.InRange(length, 1, ChunkLimits.Maximum));
        }
    }

    [Fact]
    public void An_insertion_changes_only_the_chunks_around_it()
    {
        byte[] content = AwkwardTree.RandomBytes(40 << 20, 3);
        byte[] changed = [.. content[..(15 << 20)], 1, 2, 3, 4, 5, .. content[(15 << 20)..]];

        HashSet<ObjectId> before = [.. Ids(content)];
        ObjectId[] after = Ids(changed);

        Assert.InRange(after.Count(id => !before.Contains(id)), 1, 8);
    }

    [Fact]
    public void Zeros_are_cut_in_pieces_of_512_KiB()
    {
        byte[] content = [.. AwkwardTree.RandomBytes(700_000, 4), .. new byte[5 << 20], .. AwkwardTree.RandomBytes(300_000, 5)];

        int[] chunks = Cut(content, content.Length);

        Assert.Equal(9, chunks.Count(length => length == ChunkLimits.ZeroPiece));
        Assert.Equal(content.Length, chunks.Sum());
    }

    [Fact]
    public void All_zeros_give_only_whole_pieces_and_the_rest() =>
        Assert.Equal([524_288, 524_288, 100], Cut(new byte[1_048_676], 300_000));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(196_607, 1)]
    [InlineData(196_608, 1)]
    public void Small_content_is_one_chunk_and_empty_content_none(int length, int count) =>
        Assert.Equal(count, Cut(AwkwardTree.RandomBytes(length, 6), 70_000).Length);

    [Fact]
    public void Content_without_boundaries_is_cut_at_the_maximum()
    {
        byte[] content = new byte[20 << 20];
        Array.Fill(content, (byte)7);

        Assert.Equal([.. Enumerable.Repeat(1 << 20, 20)], Cut(content, 300_000));
    }

    [Fact]
    public void Another_repository_has_other_boundaries()
    {
        byte[] content = AwkwardTree.RandomBytes(20 << 20, 8);

        Assert.NotEqual(Cut(content, content.Length, new BoundaryKey("25b468838dcb75")), Cut(content, content.Length));
    }

    private static byte[] Mixed(Random random)
    {
        List<byte> content = [];
        for (int part = random.Next(1, 6); part > 0; part--)
        {
            int length = random.Next(0, 3 << 20);
            content.AddRange(random.Next(3) == 0 ? AwkwardTree.RandomBytes(length, part) : new byte[length]);
        }

        return [.. content];
    }

    private static ObjectId[] Ids(byte[] content)
    {
        int offset = 0;
        return [.. Cut(content, content.Length).Select(length => ObjectId.Of(content.AsSpan((offset += length) - length, length)))];
    }

    private static int[] Cut(byte[] content, int step, BoundaryKey? key = null)
    {
        ContentChunker chunker = new(key ?? Key);
        List<int> chunks = [];
        int start = 0;
        int end = 0;
        while (start < content.Length || end < content.Length)
        {
            int length = chunker.Next(content.AsSpan(start, end - start), end == content.Length);
            if (length > 0)
            {
                chunks.Add(length);
                start += length;
            }
            else
            {
                end = Math.Min(content.Length, end + step);
            }
        }

        return [.. chunks];
    }
}
