using BackupServer.DevCluster.Nodes;

namespace BackupServer.DevCluster.Tests.Nodes;

public sealed class ContainerEnvironmentTests
{
    [Theory]
    [InlineData("a $(X) b", "a 1 b")]
    [InlineData("$$(X)", "$(X)")]
    [InlineData("$(UNKNOWN)", "$(UNKNOWN)")]
    [InlineData("$X ${X} $", "$X ${X} $")]
    [InlineData("$(X", "$(X")]
    public void References_in_parentheses_are_replaced_and_nothing_else(string text, string expected)
    {
        Assert.Equal(expected, ContainerEnvironment.Expand(text, new Dictionary<string, string> { ["X"] = "1" }));
    }

    [Theory]
    [InlineData("devcluster.backupserver.io/run", true)]
    [InlineData("devcluster.backupserver.io/run:v1", true)]
    [InlineData("devcluster.backupserver.io/run@sha256:00", true)]
    [InlineData("devcluster.backupserver.io/runner", false)]
    [InlineData("localhost:5000/run", false)]
    public void Only_the_clusters_own_image_runs_commands(string image, bool runs)
    {
        Assert.Equal(runs, Images.RunsCommands(image));
    }
}
