using BackupServer.Cli.Output;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Tests.Output;

public sealed class ProgressTests
{
    private readonly SteppedTime _time = new();
    private readonly StringWriter _error = new();

    [Fact]
    public void Rates_and_remaining_time_are_told_once_they_say_something()
    {
        var rate = new ProgressRate(_time);

        var first = rate.Describe(new ProgressState("saving", "1 files", 1, 100) { Files = 1, Bytes = 1024 });
        _time.Step(TimeSpan.FromSeconds(10));
        var later = rate.Describe(new ProgressState("saving", "500 files", 25, 100) { Files = 500, Bytes = 20 << 20 });
        var last = rate.Describe(new ProgressState("saving", "900 files", 100, 100) { Files = 900, Bytes = 90 << 20 });
        var next = rate.Describe(new ProgressState("checking", ""));

        Assert.Equal("saving 1 files", first);
        Assert.Equal("saving 500 files, 50 files/s, 2.00 MiB/s, 30s left", later);
        Assert.Equal("saving 900 files, 90 files/s, 9.00 MiB/s", last);
        Assert.Equal("checking", next);
    }

    [Fact]
    public async Task Where_nobody_watches_a_line_comes_every_ten_seconds_and_with_every_stage()
    {
        await RunAsync(quiet: false);

        Assert.Equal(["reading 0", "reading 10, 11 files/s", "writing 0"], _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Quiet_is_quiet()
    {
        await RunAsync(quiet: true);

        Assert.Empty(_error.ToString());
    }

    private Task<int> RunAsync(bool quiet)
    {
        var terminal = new Terminal { Out = TextWriter.Null, Error = _error, In = TextReader.Null, OpenBinaryOut = static () => Stream.Null };
        return ProgressDisplay.RunAsync(terminal, _time, quiet, progress =>
        {
            for (var second = 0; second < 15; second++)
            {
                progress.Report(new ProgressState("reading", $"{second}") { Files = 11 * second });
                _time.Step(TimeSpan.FromSeconds(1));
            }

            progress.Report(new ProgressState("writing", "0"));
            return Task.FromResult(0);
        });
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Step(TimeSpan time) => _ticks += time.Ticks;
    }
}
