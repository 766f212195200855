using System.Diagnostics;
using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Tests.Storage;

public sealed class KeyHistoryTests
{
    [Fact]
    public void A_key_that_is_written_all_the_time_does_not_stop_the_store()
    {
        const int Writes = 200_000;
        var key = new KeyHistory("ns", "busy");
        var watch = Stopwatch.StartNew();

        for (var revision = 1; revision <= Writes; revision++)
        {
            key.Push(revision, null);
        }

        for (var revision = 1; revision < Writes; revision++)
        {
            Assert.False(key.Prune(revision));
        }

        Assert.True(key.Prune(Writes));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"it took {watch.Elapsed}: pruning walks all newer states");
    }
}
