using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using YamlDotNet.Serialization;

namespace BackupServer.Cli.Tests.Output;

public sealed class TextTests
{
    [Fact]
    public void Columns_are_aligned_and_cells_stay_on_one_line()
    {
        var table = new TextTable("NAME", "TEXT");
        table.Add("a", "one\ntwo");
        table.Add("longer", "");
        using var output = new StringWriter();

        table.Write(output);

        Assert.Equal("NAME     TEXT\na        one two\nlonger\n", output.ToString());
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.00 KiB")]
    [InlineData(15_000_000, "14.3 MiB")]
    [InlineData(225_443_840, "215 MiB")]
    [InlineData(long.MaxValue, "8192 PiB")]
    public void Bytes_have_three_digits(long bytes, string text) => Assert.Equal(text, Quantities.Bytes(bytes));

    [Theory]
    [InlineData(45, "45s")]
    [InlineData(125, "2m5s")]
    [InlineData(1800, "30m")]
    [InlineData(18000, "5h")]
    [InlineData(100_000, "27h")]
    [InlineData(1_000_000, "11d")]
    [InlineData(-5, "0s")]
    public void Ages_have_their_largest_units(int seconds, string text) => Assert.Equal(text, Quantities.Age(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("0123")]
    [InlineData("1e3")]
    [InlineData("2026-01-31T04:00:00Z")]
    [InlineData("~")]
    [InlineData("")]
    [InlineData(" lead and trail ")]
    [InlineData("a: b #c")]
    [InlineData("two\nlines\n")]
    [InlineData("tab\tand \"quote\" and \u0001")]
    [InlineData("*anchor")]
    [InlineData("plain-name.example/x")]
    public void Text_stays_the_same_text_in_yaml(string text)
    {
        using var output = new StringWriter();

        YamlText.Write(new JsonObject { ["key"] = text, ["n"] = 5, ["b"] = true, ["none"] = null, ["list"] = new JsonArray(text, new JsonObject()) }, output);

        var read = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<Dictionary<string, object?>>(output.ToString());
        Assert.Equal(text, read["key"]);
        Assert.Equal(text, ((List<object>)read["list"]!)[0]);
        Assert.Equal("5", $"{read["n"]}");
        Assert.Equal(true, read["b"]);
        Assert.Null(read["none"]);
    }
}
