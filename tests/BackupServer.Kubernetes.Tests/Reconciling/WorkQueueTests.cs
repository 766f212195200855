using BackupServer.Kubernetes.Reconciling;
using BackupServer.Kubernetes.Tests.Servers;

namespace BackupServer.Kubernetes.Tests.Reconciling;

public sealed class WorkQueueTests : IDisposable
{
    private readonly FakeTime _time = new();
    private readonly WorkQueue<string> _queue;

    public WorkQueueTests() => _queue = new WorkQueue<string>(_time, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_key_added_many_times_is_handed_out_once_and_in_order()
    {
        _queue.Add("a");
        _queue.Add("b");
        _queue.Add("a");

        Assert.Equal(("a", "b"), (await _queue.TakeAsync(Cancel), await _queue.TakeAsync(Cancel)));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task A_key_added_while_a_worker_has_it_comes_back_only_when_that_one_is_done()
    {
        _queue.Add("a");
        await _queue.TakeAsync(Cancel);

        _queue.Add("a");
        _queue.Add("a");
        var next = _queue.TakeAsync(Cancel);
        Assert.False(next.IsCompleted);
        _queue.Done("a");

        Assert.Equal("a", await next);
        _queue.Done("a");
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task Of_several_delays_the_earliest_counts()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _queue.AddAfter("a", TimeSpan.FromSeconds(2));
        _queue.AddAfter("a", TimeSpan.FromSeconds(5));

        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal(0, _queue.Count);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal("a", await _queue.TakeAsync(Cancel));
        _queue.Done("a");
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void Pauses_of_a_failing_key_grow_up_to_the_longest_and_start_anew_when_forgotten()
    {
        double last = 0;
        for (var i = 0; i < 8; i++)
        {
            last = PauseOf("a");
            var full = Math.Min(60, Math.Pow(2, i));
            Assert.InRange(last, full / 2, full + 0.2);
        }

        Assert.Equal(8, _queue.Failures("a"));
        Assert.InRange(PauseOf("other"), 0.5, 1.2);
        _queue.Forget("a");

        Assert.InRange(PauseOf("a"), 0.5, 1.2);
        Assert.InRange(last, 30, 60.2);
    }

    private double PauseOf(string key)
    {
        var before = _time.GetUtcNow();
        _queue.AddRateLimited(key);
        while (_queue.Count == 0)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.True(_queue.TakeAsync(Cancel).IsCompletedSuccessfully);
        _queue.Done(key);
        return (_time.GetUtcNow() - before).TotalSeconds;
    }
}
