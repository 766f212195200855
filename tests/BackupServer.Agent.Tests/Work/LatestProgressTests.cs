using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Agent.Work;

namespace BackupServer.Agent.Tests.Work;

public sealed class LatestProgressTests
{
    [Fact]
    public void The_last_report_counts()
    {
        var progress = new LatestProgress();
        progress.Report(new VolumeProgress(1, 10, 100));

        progress.Report(new VolumeProgress(2, 20, 100));

        Assert.Equal(new VolumeProgress(2, 20, 100), progress.Value);
    }
}
