namespace BackupServer.Tests.Clusters;

/// <summary>Waits for conditions.</summary>
public static class Eventually
{
    /// <summary>Waits until a condition holds; fails after a minute.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        try
        {
            while (!await condition())
            {
                await Task.Delay(20, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"did not come to pass within a minute: {what}");
        }
    }
}
