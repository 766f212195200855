using System.Buffers;
using System.Text;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Tests.Nodes;

public sealed class QuotedNameTests
{
    [Theory]
    [InlineData("plain.txt", "plain.txt")]
    [InlineData("quote\".txt", "quote\\\".txt")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\nb\tc\u0001", "a\\nb\\tc\\x01")]
    [InlineData("\u007f", "\\x7f")]
    [InlineData("nb\u00a0sp", "nb\\u00a0sp")]
    [InlineData("\ufffd", "\ufffd")]
    [InlineData("\U0010ffff", "\\U0010ffff")]
    [InlineData("\u00e4\U0001f600", "\u00e4\U0001f600")]
    public void Names_are_quoted_as_Go_does(string raw, string quoted)
    {
        Assert.Equal(quoted, Quote(Encoding.UTF8.GetBytes(raw)));
        Assert.Equal(raw, Encoding.UTF8.GetString(QuotedName.Unquote(Encoding.UTF8.GetBytes(quoted))));
    }

    [Fact]
    public void Runes_newer_than_the_frozen_table_are_escaped()
    {
        // U+1C89 came with Unicode 16, U+323B0 with 17; U+31350 is of 15.0 and stays.
        Assert.Equal("\\u1c89", Quote("\u1c89"u8));
        Assert.Equal("\\U000323b0", Quote("\U000323b0"u8));
        Assert.Equal("\U00031350", Quote("\U00031350"u8));
    }

    [Fact]
    public void Any_bytes_survive_quoting_and_unquoting()
    {
        Random random = new(17);
        for (int round = 0; round < 5000; round++)
        {
            byte[] raw = new byte[random.Next(1, 40)];
            random.NextBytes(raw);
            if (round % 2 == 0)
            {
                // Mostly valid text with damage, so that truncated and over-long sequences appear.
                raw = Encoding.UTF8.GetBytes(new string([.. raw.Select(b => (char)(b * 257))]));
                raw[random.Next(raw.Length)] = (byte)random.Next(256);
            }

            string quoted = Quote(raw);

            Assert.Equal(raw, QuotedName.Unquote(Encoding.UTF8.GetBytes(quoted)));
        }
    }

    [Theory]
    [InlineData("\\")]
    [InlineData("\\q")]
    [InlineData("\\x1")]
    [InlineData("\\xg1")]
    [InlineData("\\ud800")]
    [InlineData("\\U00110000")]
    [InlineData("\\777")]
    [InlineData("bare\"quote")]
    [InlineData("line\nend")]
    public void A_malformed_escape_is_refused(string quoted)
    {
        Assert.Throws<FormatException>(() => QuotedName.Unquote(Encoding.UTF8.GetBytes(quoted)));
    }

    [Fact]
    public void Octal_escapes_are_read() => Assert.Equal("A"u8.ToArray(), QuotedName.Unquote("\\101"u8));

    private static string Quote(ReadOnlySpan<byte> raw)
    {
        ArrayBufferWriter<byte> output = new();
        QuotedName.Quote(raw, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
