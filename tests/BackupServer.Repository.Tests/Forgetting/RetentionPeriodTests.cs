using System.Globalization;
using BackupServer.Repository.Forgetting;

namespace BackupServer.Repository.Tests.Forgetting;

public sealed class RetentionPeriodTests
{
    [Theory]
    [InlineData("1y5m7d2h")]
    [InlineData("14d")]
    [InlineData("")]
    public void Text_and_period_are_two_forms_of_one(string text) => Assert.Equal(text, RetentionPeriod.Parse(text).ToString());

    [Theory]
    [InlineData("5")]
    [InlineData("d")]
    [InlineData("-1d")]
    [InlineData("3w")]
    public void Anything_else_is_refused_with_the_form_that_is_expected(string text) =>
        Assert.Contains("1y6m", Assert.Throws<FormatException>(() => RetentionPeriod.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("2023-03-31T10:00:00Z", "1m", "2023-03-03T10:00:00Z")]
    [InlineData("2024-03-31T10:00:00Z", "1m", "2024-03-02T10:00:00Z")]
    [InlineData("2024-02-29T00:30:00Z", "1y1h", "2023-02-28T23:30:00Z")]
    [InlineData("2024-01-05T00:00:00Z", "10d", "2023-12-26T00:00:00Z")]
    public void Calendar_time_is_counted_back(string from, string period, string expected) =>
        Assert.Equal(
            DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture),
            RetentionPeriod.Parse(period).Before(DateTimeOffset.Parse(from, CultureInfo.InvariantCulture)));
}
