using BackupServer.Repository.Compression;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BackupServer.Repository.Tests.Packing;

public sealed class BlobCodecTests : IDisposable
{
    private readonly Sealer _sealer = new(MasterKey.Random());

    private readonly Fingerprinter _fingerprinter = new();

    private BlobCodec Codec => new(_sealer, _fingerprinter, compressionLevel: 1);

    public void Dispose()
    {
        _sealer.Dispose();
        _fingerprinter.Dispose();
    }

    [Fact]
    public void What_is_sealed_opens_to_itself() =>
        Prop.ForAll<byte[], bool>((plain, tree) =>
        {
            var blob = new BlobHandle(tree ? BlobType.Tree : BlobType.Data, ObjectId.Of(plain));
            using var content = Codec.Seal(Codec.Identify(blob.Type, plain));

            return Codec.Open(blob, content.Bytes.Span, (uint)content.UncompressedLength).SequenceEqual(plain);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Compression_is_kept_only_where_it_helps_but_always_for_trees()
    {
        var noise = TestRepository.Noise(3, 10_000);
        using var data = Codec.Seal(new IdentifiedBlob(new BlobHandle(BlobType.Data, ObjectId.Of(noise)), noise, Fingerprint: null));
        using var tree = Codec.Seal(new IdentifiedBlob(new BlobHandle(BlobType.Tree, ObjectId.Of(noise)), noise, Fingerprint: null));
        using var zeros = Codec.Seal(new IdentifiedBlob(new BlobHandle(BlobType.Data, ObjectId.Of(new byte[10_000])), new byte[10_000], Fingerprint: null));

        Assert.Equal(0, data.UncompressedLength);
        Assert.Equal(10_032, data.Bytes.Length);
        Assert.Equal(10_000, tree.UncompressedLength);
        Assert.Equal(10_000, zeros.UncompressedLength);
        Assert.True(zeros.Bytes.Length < 100);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(30_000, true)]
    [InlineData(500_000, false)]
    public void Large_data_is_compressed_when_a_sample_of_it_can_be(int noise, bool compressed)
    {
        byte[] content = [.. TestRepository.Noise(4, noise), .. new byte[500_000 - noise]];
        using var data = Codec.Seal(new IdentifiedBlob(new BlobHandle(BlobType.Data, ObjectId.Of(content)), content, Fingerprint: null));

        Assert.Equal(compressed ? content.Length : 0, data.UncompressedLength);
        Assert.Equal(content, Codec.Open(new BlobHandle(BlobType.Data, ObjectId.Of(content)), data.Bytes.Span, (uint)data.UncompressedLength));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_wrong_uncompressed_length_is_refused(int difference)
    {
        var plain = new byte[1000];
        var blob = new BlobHandle(BlobType.Data, ObjectId.Of(plain));
        using var content = Codec.Seal(new IdentifiedBlob(blob, plain, Fingerprint: null));
        var bytes = content.Bytes.ToArray();

        var error = Assert.Throws<InvalidDataException>(() => Codec.Verify(blob, bytes, (uint)(1000 + difference)));

        Assert.Contains("uncompressed_length", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Content_of_another_hash_is_refused_before_it_is_stored()
    {
        var blob = new BlobHandle(BlobType.Data, ObjectId.Of("what was hashed"u8));

        var error = Assert.Throws<InvalidOperationException>(() => Codec.Seal(new IdentifiedBlob(blob, "what it became"u8.ToArray(), Fingerprint: null)));

        Assert.Contains("nothing was stored", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300_000)]
    public void Content_that_changes_after_it_got_its_name_is_refused(int length)
    {
        var content = TestRepository.Noise(5, length);
        var identified = Codec.Identify(BlobType.Data, content);
        content[length / 2] ^= 1;

        var error = Assert.Throws<InvalidOperationException>(() => Codec.Seal(identified));

        Assert.Contains("nothing was stored", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fingerprints_tell_contents_apart_and_are_worth_nothing_elsewhere()
    {
        using var other = new Fingerprinter();
        var content = TestRepository.Noise(6, 1000);
        byte[] changed = [.. content[..^1], (byte)(content[^1] ^ 128)];

        Assert.Equal(_fingerprinter.Of(content), _fingerprinter.Of(content.ToArray()));
        Assert.NotEqual(_fingerprinter.Of(content), _fingerprinter.Of(changed));
        Assert.NotEqual(_fingerprinter.Of(content), _fingerprinter.Of(content.AsSpan(0, 999)));
        Assert.NotEqual(_fingerprinter.Of(content), other.Of(content));
    }

    [Fact]
    public void A_frame_that_ends_too_early_is_refused()
    {
        var frame = new byte[Zstd.MaximumLength(100_000)];
        var length = Zstd.Compress(TestRepository.Noise(1, 100_000), frame, 1);
        using var reader = new ZstdReader(frame.AsMemory(0, length - 10));
        var buffer = new byte[1 << 20];

        Assert.Throws<InvalidDataException>(() =>
        {
            while (reader.Read(buffer) > 0)
            {
                // Until it ends, which it must not.
                continue;
            }
        });
    }
}
