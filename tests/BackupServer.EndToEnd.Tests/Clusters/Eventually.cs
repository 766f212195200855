using System.Diagnostics;

namespace BackupServer.EndToEnd.Tests.Clusters;

/// <summary>Waits for conditions. Patience is for a machine under load; what works takes a small part of it.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until something is there that fits.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> get, Func<T, bool> fits, Func<T, string> otherwise)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var found = await get();
            if (fits(found))
            {
                return found;
            }

            Assert.True(watch.Elapsed < Patience, otherwise(found));
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    public static Task HoldsAsync(Func<Task<bool>> holds, string otherwise) => GetAsync(holds, h => h, _ => otherwise);

    /// <summary>Waits until a condition holds.</summary>
    public static Task HoldsAsync(Func<bool> holds, string otherwise) => HoldsAsync(() => Task.FromResult(holds()), otherwise);
}
