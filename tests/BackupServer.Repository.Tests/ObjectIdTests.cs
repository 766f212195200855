using FsCheck;
using FsCheck.Fluent;

namespace BackupServer.Repository.Tests;

public sealed class ObjectIdTests
{
    [Fact]
    public void Text_and_bytes_are_two_forms_of_one_id()
    {
        var id = ObjectId.Of("abc"u8);
        var utf8 = new byte[64];
        id.CopyHexTo(utf8);

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", id.ToString());
        Assert.Equal("ba7816bf", id.ToShortString());
        Assert.Equal(id, ObjectId.Parse(id.ToString()));
        Assert.True(ObjectId.TryParse(utf8, out var again));
        Assert.Equal(id, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ba7816bf")]
    [InlineData("ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0")]
    public void Anything_else_is_no_id(string text) => Assert.False(ObjectId.TryParse(text, out _));

    [Fact]
    public void Ids_are_ordered_as_their_texts() =>
        Prop.ForAll<int, int>((a, b) =>
        {
            var (left, right) = (ObjectId.Of(BitConverter.GetBytes(a)), ObjectId.Of(BitConverter.GetBytes(b)));
            return Math.Sign(left.CompareTo(right)) == Math.Sign(string.CompareOrdinal(left.ToString(), right.ToString()));
        }).QuickCheckThrowOnFailure();
}
