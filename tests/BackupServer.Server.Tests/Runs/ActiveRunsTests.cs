using BackupServer.Abstractions.Objects;
using BackupServer.Server.Runs;

namespace BackupServer.Server.Tests.Runs;

public sealed class ActiveRunsTests
{
    private static readonly ObjectName A = new("n", "a");
    private static readonly ObjectName B = new("n", "b");

    [Fact]
    public async Task Run_that_is_under_way_is_not_started_again()
    {
        var runs = new ActiveRuns(2);
        var (starts, end) = (0, new TaskCompletionSource());
        Task Run(RunTokens tokens)
        {
            Interlocked.Increment(ref starts);
            return end.Task;
        }

        Assert.True(runs.TryStart(A, Run, _ => { }, CancellationToken.None));
        Assert.True(runs.TryStart(A, Run, _ => { }, CancellationToken.None));
        end.SetResult();
        await runs.DrainAsync();

        Assert.Equal(1, starts);
        Assert.False(runs.IsRunning(A));
    }

    [Fact]
    public async Task No_more_runs_than_there_is_room_for_and_room_comes_back()
    {
        var runs = new ActiveRuns(1);
        var (first, ended) = (new TaskCompletionSource(), new TaskCompletionSource<ObjectName>());
        Assert.True(runs.TryStart(A, _ => first.Task, ended.SetResult, CancellationToken.None));

        Assert.False(runs.TryStart(B, _ => Task.CompletedTask, _ => { }, CancellationToken.None));
        first.SetResult();
        Assert.Equal(A, await ended.Task);

        Assert.True(runs.TryStart(B, _ => Task.CompletedTask, _ => { }, CancellationToken.None));
        await runs.DrainAsync();
    }

    [Fact]
    public async Task Stopping_is_not_the_end_of_leading()
    {
        var runs = new ActiveRuns(1);
        using var leading = new CancellationTokenSource();
        var stopped = new TaskCompletionSource<bool>();
        Assert.True(runs.TryStart(A, async tokens =>
        {
            await Task.Delay(Timeout.Infinite, tokens.Stop).ContinueWith(_ => { }, TaskScheduler.Default);
            stopped.SetResult(tokens.Leading.IsCancellationRequested);
        }, _ => { }, leading.Token));

        runs.Stop(B);
        Assert.True(runs.IsRunning(A));
        runs.Stop(A);

        Assert.False(await stopped.Task);
        await runs.DrainAsync();
    }

    [Fact]
    public async Task Run_that_throws_frees_its_room_and_is_told_of()
    {
        var runs = new ActiveRuns(1);
        var ended = new TaskCompletionSource<ObjectName>();

        Assert.True(runs.TryStart(A, _ => throw new InvalidOperationException("a bug"), ended.SetResult, CancellationToken.None));

        Assert.Equal(A, await ended.Task);
        await runs.DrainAsync();
        Assert.False(runs.IsRunning(A));
    }
}
