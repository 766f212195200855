using System.Diagnostics;

namespace BackupServer.Kubernetes.Tests.Servers;

/// <summary>Waits for a condition of another thread.</summary>
public static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"Did not come true: {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
