using BackupServer.Abstractions.Objects;
using FsCheck;
using FsCheck.Fluent;

namespace BackupServer.Abstractions.Tests.Objects;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("1h30m", 5400)]
    [InlineData("720h0m0s", 2_592_000)]
    [InlineData("1.5s", 1.5)]
    [InlineData("250ms", 0.25)]
    [InlineData("-2m", -120)]
    [InlineData("+10s", 10)]
    [InlineData(".5m", 30)]
    [InlineData("100us", 0.0001)]
    [InlineData("100µs", 0.0001)]
    [InlineData("1h1h", 7200)]
    public void What_Go_reads_is_read(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var value));
        Assert.Equal(TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("5")]
    [InlineData("h")]
    [InlineData("1d")]
    [InlineData("1 h")]
    [InlineData("1.2.3s")]
    [InlineData("--1s")]
    [InlineData(".s")]
    [InlineData("999999999999h")]
    [InlineData("-999999999999999999999999999999999999999h")]
    public void What_Go_refuses_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(5400_000, "1h30m0s")]
    [InlineData(60_000, "1m0s")]
    [InlineData(1500, "1.5s")]
    [InlineData(250, "250ms")]
    [InlineData(-90_000, "-1m30s")]
    public void It_is_written_as_Go_does(int milliseconds, string text) =>
        Assert.Equal(text, GoDuration.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void What_is_written_reads_back() => Prop.ForAll(
        ArbMap.Default.ArbFor<long>().Filter(static ticks => ticks != long.MinValue),
        static ticks => GoDuration.TryParse(GoDuration.Format(TimeSpan.FromTicks(ticks)), out var value) && value.Ticks == ticks).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_refused_gives_no_value_and_no_exception() => Prop.ForAll<NonNull<string>>(static text =>
        GoDuration.TryParse(text.Get, out var value) || value == TimeSpan.Zero).QuickCheckThrowOnFailure();
}
