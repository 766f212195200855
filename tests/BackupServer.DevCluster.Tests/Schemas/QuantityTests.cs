using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Tests.Schemas;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("0.5Gi", "512Mi")]
    [InlineData("2048Gi", "2Ti")]
    [InlineData("1500m", "1500m")]
    [InlineData("2000m", "2")]
    [InlineData("0.1", "100m")]
    [InlineData("0.5", "500m")]
    [InlineData("1e6", "1e6")]
    [InlineData("1000000", "1M")]
    [InlineData("1E3", "1e3")]
    [InlineData("-1", "-1")]
    [InlineData("+5", "5")]
    [InlineData("0Gi", "0")]
    [InlineData("1Ki", "1Ki")]
    [InlineData("512Ki", "512Ki")]
    [InlineData("0.5Ki", "512")]
    [InlineData("0.0000000001", "1n")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("8Ei", "8Ei")]
    public void Text_is_canonical(string text, string canonical) => Assert.Equal(canonical, Quantity.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1X")]
    [InlineData("1.2.3")]
    [InlineData(".")]
    [InlineData("1 Gi")]
    [InlineData("1e")]
    public void Text_that_is_no_quantity_is_refused(string text) => Assert.False(Quantity.TryParse(text, out _));

    [Fact]
    public void Sums_keep_the_suffix_family_of_the_first()
    {
        Assert.Equal("1536Mi", (Quantity.Parse("1Gi") + Quantity.Parse("512Mi")).ToString());
        Assert.Equal("1500m", (Quantity.Parse("1") + Quantity.Parse("500m")).ToString());
        Assert.True(Quantity.Parse("1Gi") > Quantity.Parse("1G"));
        Assert.Equal(2, Quantity.Parse("1.1").Ceiling());
    }
}
