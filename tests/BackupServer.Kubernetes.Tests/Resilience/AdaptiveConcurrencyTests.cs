using BackupServer.Kubernetes.Resilience;

namespace BackupServer.Kubernetes.Tests.Resilience;

public sealed class AdaptiveConcurrencyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_round_of_successes_raises_the_bound_by_one()
    {
        var concurrency = new AdaptiveConcurrency(4, 256, TimeProvider.System);
        var slots = await TakeAsync(concurrency, 4);

        for (var i = 0; i < 5; i++)
        {
            slots[0].Succeeded();
        }

        Assert.Equal(5, concurrency.Limit);
    }

    [Fact]
    public async Task One_overload_halves_the_bound_once_however_many_requests_it_hits()
    {
        var concurrency = new AdaptiveConcurrency(16, 256, TimeProvider.System);
        var slots = await TakeAsync(concurrency, 16);

        slots.ForEach(slot => slot.Throttled());

        Assert.Equal(8, concurrency.Limit);
    }

    [Fact]
    public async Task The_bound_never_falls_below_one_so_somebody_always_gets_on()
    {
        var concurrency = new AdaptiveConcurrency(2, 256, TimeProvider.System);

        for (var i = 0; i < 5; i++)
        {
            using var slot = await concurrency.EnterAsync(Cancel);
            slot.Throttled();
        }

        Assert.Equal(1, concurrency.Limit);
        using var last = await concurrency.EnterAsync(Cancel);
    }

    [Fact]
    public async Task Waiters_are_served_in_order_and_one_that_gives_up_is_passed_over()
    {
        var concurrency = new AdaptiveConcurrency(1, 1, TimeProvider.System);
        var held = await concurrency.EnterAsync(Cancel);
        using var impatient = new CancellationTokenSource();
        var first = concurrency.EnterAsync(impatient.Token).AsTask();
        var second = concurrency.EnterAsync(Cancel).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(second.IsCompleted);
        held.Dispose();

        (await second).Dispose();
    }

    private static async Task<List<AdaptiveConcurrency.Slot>> TakeAsync(AdaptiveConcurrency concurrency, int count)
    {
        var slots = new List<AdaptiveConcurrency.Slot>();
        for (var i = 0; i < count; i++)
        {
            slots.Add(await concurrency.EnterAsync(Cancel));
        }

        return slots;
    }
}
