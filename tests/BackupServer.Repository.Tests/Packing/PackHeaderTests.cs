using BackupServer.Repository.Packing;
using FsCheck;
using FsCheck.Fluent;

namespace BackupServer.Repository.Tests.Packing;

public sealed class PackHeaderTests
{
    [Fact]
    public void What_is_encoded_decodes_to_itself() =>
        Prop.ForAll<(bool Tree, ushort Length, ushort Plain)[]>(blobs =>
        {
            var entries = new List<PackEntry>();
            uint offset = 0;
            foreach (var (tree, length, plain) in blobs)
            {
                var handle = new BlobHandle(tree ? BlobType.Tree : BlobType.Data, ObjectId.Of(BitConverter.GetBytes(offset)));
                entries.Add(new PackEntry(handle, offset, length, plain));
                offset += length;
            }

            return PackHeader.Decode(PackHeader.Encode(entries)).SequenceEqual(entries);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_header_that_breaks_off_is_refused()
    {
        var header = PackHeader.Encode([new PackEntry(new BlobHandle(BlobType.Data, ObjectId.Of("x"u8)), 0, 33, 0)]);

        Assert.Equal(37, header.Length);
        Assert.Throws<InvalidDataException>(() => PackHeader.Decode(header.AsSpan(0, 36)));
    }

    [Fact]
    public void An_unknown_type_is_refused()
    {
        var header = PackHeader.Encode([new PackEntry(new BlobHandle(BlobType.Data, ObjectId.Of("x"u8)), 0, 33, 0)]);
        header[0] = 4;

        Assert.Contains(
            "unknown blob type 4", Assert.Throws<InvalidDataException>(() => PackHeader.Decode(header)).Message, StringComparison.Ordinal);
    }
}
