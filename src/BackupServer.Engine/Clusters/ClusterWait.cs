namespace BackupServer.Engine.Clusters;

/// <summary>Waits for a cluster to come to a state, by asking again, less and less often.</summary>
internal sealed class ClusterWait(TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(2);

    /// <summary>Asks until the answer is yes; false when the time is over. Asks at least once.</summary>
    public async Task<bool> UntilAsync(Func<CancellationToken, Task<bool>> isSo, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        for (var pause = First; !await isSo(cancellationToken); pause = pause * 2 < Last ? pause * 2 : Last)
        {
            if (clock.GetElapsedTime(start) >= timeout)
            {
                return false;
            }

            await Task.Delay(pause, clock, cancellationToken);
        }

        return true;
    }
}
