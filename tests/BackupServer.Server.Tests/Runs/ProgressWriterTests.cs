using BackupServer.Engine.Reporting;
using BackupServer.Kubernetes.Errors;
using BackupServer.Server.Runs;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.Server.Tests.Runs;

public sealed class ProgressWriterTests
{
    [Fact]
    public async Task Progress_is_written_beside_the_run_and_no_more_after_its_end()
    {
        var (written, seen) = (new List<RunProgress>(), new TaskCompletionSource());
        var writer = new ProgressWriter(
            (p, _) =>
            {
                written.Add(p);
                seen.TrySetResult();
                return Task.CompletedTask;
            },
            TimeProvider.System, NullLogger.Instance);

        var result = await writer.DuringAsync(
            async () =>
            {
                writer.OnProgress(new RunProgress { ItemsDone = 1 });
                await seen.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
                return 42;
            },
            TestContext.Current.CancellationToken);
        writer.OnProgress(new RunProgress { ItemsDone = 2 });

        Assert.Equal(42, result);
        Assert.Equal([1], written.Select(p => p.ItemsDone));
    }

    [Fact]
    public async Task Progress_that_cannot_be_written_does_not_end_the_run()
    {
        var tried = new TaskCompletionSource();
        var writer = new ProgressWriter(
            (_, _) =>
            {
                tried.TrySetResult();
                throw new KubernetesException("the server is away");
            },
            TimeProvider.System, NullLogger.Instance);

        var result = await writer.DuringAsync(
            async () =>
            {
                writer.OnProgress(new RunProgress { ItemsDone = 1 });
                await tried.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
                return "done";
            },
            TestContext.Current.CancellationToken);

        Assert.Equal("done", result);
    }

    [Fact]
    public async Task Failure_of_the_run_comes_through()
    {
        var writer = new ProgressWriter((_, _) => Task.CompletedTask, TimeProvider.System, NullLogger.Instance);

        var error = await Assert.ThrowsAsync<IOException>(() => writer.DuringAsync<int>(() => throw new IOException("gone"), TestContext.Current.CancellationToken));

        Assert.Equal("gone", error.Message);
    }
}
