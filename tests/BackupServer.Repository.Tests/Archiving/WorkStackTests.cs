using BackupServer.Repository.Archiving;

namespace BackupServer.Repository.Tests.Archiving;

public sealed class WorkStackTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task All_work_and_what_comes_of_it_is_done(int workers)
    {
        int done = 0;
        WorkStack<int>? stack = null;
        using WorkStack<int> work = stack = new((depth, _) =>
        {
            Interlocked.Increment(ref done);
            stack!.Push([.. Enumerable.Repeat(depth - 1, depth)]);
            return ValueTask.CompletedTask;
        });
        work.Push(5);

        await work.RunAsync(workers, Cancellation);

        Assert.Equal(1 + 5 + 20 + 60 + 120 + 120, done);
    }

    [Fact]
    public async Task The_newest_is_done_first()
    {
        List<int> order = [];
        using WorkStack<int> work = new((item, _) =>
        {
            order.Add(item);
            return ValueTask.CompletedTask;
        });
        work.Push(1, 2, 3);

        await work.RunAsync(1, Cancellation);

        Assert.Equal([3, 2, 1], order);
    }

    [Fact]
    public async Task The_first_failure_is_told_and_the_rest_is_dropped()
    {
        int done = 0;
        using WorkStack<int> work = new(async (item, token) =>
        {
            if (item == 3)
            {
                throw new InvalidDataException("third");
            }

            await Task.Delay(Timeout.Infinite, token);
            done++;
        });
        work.Push([.. Enumerable.Range(0, 5)]);

        InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(() => work.RunAsync(2, Cancellation));

        Assert.Equal(("third", 0), (error.Message, done));
    }
}
