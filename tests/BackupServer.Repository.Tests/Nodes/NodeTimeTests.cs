using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Tests.Nodes;

public sealed class NodeTimeTests
{
    [Theory]
    [InlineData(0, 0, "1970-01-01T00:00:00Z")]
    [InlineData(-86401, 999_999_000, "1969-12-30T23:59:59.999999Z")]
    [InlineData(1_500_000_000, 500_000_000, "2017-07-14T02:40:00.5Z")]
    [InlineData(1_500_000_000, 123_456_789, "2017-07-14T02:40:00.123456789Z")]
    [InlineData(951_782_400, 1, "2000-02-29T00:00:00.000000001Z")]
    [InlineData(-62167219200, 0, "0000-01-01T00:00:00Z")]
    [InlineData(253402300799, 999_999_999, "9999-12-31T23:59:59.999999999Z")]
    public void Times_are_written_and_read_with_nanoseconds(long seconds, int nanoseconds, string text)
    {
        NodeTime time = new(seconds, nanoseconds);

        Assert.Equal(text, time.ToString());
        Assert.Equal(time, NodeTime.Parse(text));
    }

    [Theory]
    [InlineData("1967-04-07T00:59:59.999999+01:00")]
    [InlineData("2026-11-20T11:29:02.550965545-03:30")]
    public void An_offset_is_kept_for_encoding_again(string text)
    {
        NodeTime time = NodeTime.Parse(text);

        Assert.Equal(text, time.ToString());
        Assert.True(time.IsSameInstant(NodeTime.From(DateTimeOffset.Parse(text)) with { Nanoseconds = time.Nanoseconds }));
    }

    [Theory]
    [InlineData(long.MinValue / 4, "0000-01-01T00:00:00Z")]
    [InlineData(long.MaxValue / 4, "9999-12-31T23:59:59Z")]
    public void Years_that_the_text_cannot_carry_are_clamped(long seconds, string text) =>
        Assert.Equal(text, new NodeTime(seconds, 5).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("2017-07-14")]
    [InlineData("2017-07-14T02:40:00")]
    [InlineData("2017-07-14T02:40:00.Z")]
    [InlineData("2017-07-14T02:40:00.1234567890Z")]
    [InlineData("2017-07-14T02:40:00+1:00")]
    [InlineData("2017-+7-14T02:40:00Z")]
    public void Other_texts_are_refused(string text) => Assert.Throws<FormatException>(() => NodeTime.Parse(text));

    [Fact]
    public void Every_day_of_the_calendar_agrees_with_DateTime()
    {
        for (int day = 0; day < 3_652_059; day += 13)
        {
            DateTimeOffset date = DateTimeOffset.MinValue.AddDays(day);

            Assert.Equal(date.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), NodeTime.From(date).ToString());
        }
    }
}
