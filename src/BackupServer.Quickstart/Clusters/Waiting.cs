using System.Diagnostics;

namespace BackupServer.Quickstart.Clusters;

/// <summary>Waits for conditions.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until a condition holds.</summary>
    /// <exception cref="StoryException">It does not in time.</exception>
    public static Task UntilAsync(Func<bool> holds, TimeSpan patience, Func<string> problem, CancellationToken cancellationToken) =>
        UntilAsync(() => Task.FromResult(holds()), patience, () => Task.FromResult(problem()), cancellationToken);

    /// <summary>Waits until a condition holds.</summary>
    /// <exception cref="StoryException">It does not in time.</exception>
    public static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan patience, Func<Task<string>> problem, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            if (watch.Elapsed > patience)
            {
                throw new StoryException(await problem());
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }
}
