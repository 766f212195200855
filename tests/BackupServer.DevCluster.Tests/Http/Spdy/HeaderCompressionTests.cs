using BackupServer.DevCluster.Http.Spdy;

namespace BackupServer.DevCluster.Tests.Http.Spdy;

public sealed class HeaderCompressionTests
{
    private static readonly Dictionary<string, string> Headers = new() { ["streamtype"] = "stdin", [":path"] = "/äöü", ["empty"] = "" };

    [Fact]
    public void The_dictionary_is_the_one_of_the_protocol()
    {
        var (low, high) = (1u, 0u);
        foreach (var octet in HeaderDictionary.Bytes)
        {
            low = (low + octet) % 65521;
            high = (high + low) % 65521;
        }

        Assert.Equal(1423, HeaderDictionary.Bytes.Length);
        Assert.Equal(0xe3c6a7c2, (high << 16) | low);
    }

    [Fact]
    public void Blocks_of_one_session_share_a_context_and_come_back()
    {
        using var compressor = new HeaderCompressor();
        using var decompressor = new HeaderDecompressor();
        var block = HeaderBlock.Write(Headers);

        var compressed = Enumerable.Range(0, 3).Select(_ => compressor.Compress(block)).ToList();
        var read = compressed.Select(bytes => HeaderBlock.Read(decompressor.Decompress(bytes))).ToList();

        Assert.All(read, headers => Assert.Equal(Headers, headers));
        Assert.True(compressed[1].Length < compressed[0].Length, "the second block does not profit from the first");
        Assert.Equal([0xe3, 0xc6, 0xa7, 0xc2], compressed[0].AsSpan(2, 4).ToArray());
    }

    [Fact]
    public void A_block_larger_than_one_buffer_comes_back()
    {
        using var compressor = new HeaderCompressor();
        using var decompressor = new HeaderDecompressor();
        var noise = new byte[20_000];
        new Random(1).NextBytes(noise);
        var headers = new Dictionary<string, string> { ["noise"] = Convert.ToHexString(noise) };

        var read = HeaderBlock.Read(decompressor.Decompress(compressor.Compress(HeaderBlock.Write(headers))));

        Assert.Equal(headers, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("78")]
    [InlineData("00000000000000000000")]
    [InlineData("789c4bcc4b2c02000564021a")]
    [InlineData("78bb00000001")]
    [InlineData("78bbe3c6a7c2ffffffffffff")]
    public void Damaged_blocks_are_refused(string hex)
    {
        using var decompressor = new HeaderDecompressor();

        Assert.Throws<SpdyException>(() => HeaderBlock.Read(decompressor.Decompress(Convert.FromHexString(hex))));
    }

    [Fact]
    public void A_block_that_grows_beyond_the_limit_is_refused()
    {
        using var compressor = new HeaderCompressor();
        using var decompressor = new HeaderDecompressor();
        var bomb = compressor.Compress(new byte[50 * HeaderDecompressor.MaxBlock]);

        var refusal = Assert.Throws<SpdyException>(() => decompressor.Decompress(bomb));

        Assert.Contains("larger than", refusal.Message);
    }

    [Theory]
    [InlineData("000000")]
    [InlineData("00000001")]
    [InlineData("ffffffff")]
    [InlineData("00000001000000ff61")]
    [InlineData("0000000100000001617fffffff")]
    [InlineData("0000000100000000000000016b")]
    [InlineData("0000000000")]
    [InlineData("00000002000000016100000000000000016100000000")]
    public void Blocks_whose_lengths_do_not_fit_are_refused(string hex)
    {
        Assert.Throws<SpdyException>(() => HeaderBlock.Read(Convert.FromHexString(hex)));
    }

    [Fact]
    public void Several_values_keep_the_NUL_between_them_and_names_have_no_case()
    {
        var block = HeaderBlock.Write(new Dictionary<string, string> { ["a"] = "x\0y" });

        Assert.Equal("x\0y", HeaderBlock.Read(block)["A"]);
    }
}
