using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.EndToEnd.Tests.Processes;

namespace BackupServer.EndToEnd.Tests.BadInput;

/// <summary>Servers that cannot reach their cluster, or may not do there what they need.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class ConnectionTests(SharedCluster cluster)
{
    [Fact]
    public async Task Kubeconfig_that_is_not_there_ends_the_server_with_its_name()
    {
        var result = await RunServerAsync("missing", "--kubeconfig", "/nowhere/kubeconfig");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("/nowhere/kubeconfig", result.Output);
    }

    [Fact]
    public async Task Kubeconfig_without_the_context_ends_the_server_and_names_those_there_are()
    {
        var result = await RunServerAsync("context", "--kubeconfig", cluster.Kubeconfig, "--context", "elsewhere");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("elsewhere", result.Output);
    }

    [Fact]
    public async Task Kubeconfig_that_is_no_kubeconfig_ends_the_server_with_its_name()
    {
        var file = Path.Combine(cluster.Directory, "garbage-kubeconfig");
        await File.WriteAllTextAsync(file, "clusters: [", TestCluster.Ct);

        var result = await RunServerAsync("garbage", "--kubeconfig", file);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(file, result.Output);
    }

    [Theory]
    [InlineData("expired-token-of-somebody", "does not accept the credentials of user")]
    [InlineData(TestCluster.NobodyToken, "it needs verb \"get\" on resource \"leases\" in API group \"coordination.k8s.io\"")]
    public async Task Refusal_is_logged_with_what_is_missing_and_without_the_token(string token, string said)
    {
        var kubeconfig = await File.ReadAllTextAsync(cluster.Kubeconfig, TestCluster.Ct);
        var file = Path.Combine(cluster.Directory, $"kubeconfig-{token}");
        await File.WriteAllTextAsync(file, System.Text.RegularExpressions.Regex.Replace(kubeconfig, "token: *\\S+", "token: " + token), TestCluster.Ct);
        var log = Path.Combine(cluster.Directory, "refused.log");

        await using var server = StartServer(log, "--kubeconfig", file);
        await Eventually.HoldsAsync(() => server.HasExited || Read(log).Contains(said, StringComparison.Ordinal), "nothing is said of it");

        Assert.Contains(said, Read(log));
        Assert.DoesNotContain(token, Read(log).Replace(file, "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--lease-duration", "soon", "--lease-duration: \"soon\" is no duration")]
    [InlineData("--renew-deadline", "20s", "--lease-duration must be more than --renew-deadline")]
    public async Task Durations_of_the_election_that_cannot_work_are_refused(string option, string value, string said)
    {
        var result = await RunServerAsync("durations", "--kubeconfig", cluster.Kubeconfig, option, value);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(said, result.Output);
    }

    private static string Read(string log)
    {
        using var reader = new StreamReader(new FileStream(log, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private ProgramProcess StartServer(string log, params string[] arguments) => ProgramProcess.StartOurs(
        Programs.Server, log, ["--namespace", TestCluster.ServerNamespace, "--listen", "http://127.0.0.1:0", "--identity", "not-ours", .. arguments]);

    private async Task<ProgramResult> RunServerAsync(string name, params string[] arguments)
    {
        await using var server = StartServer(Path.Combine(cluster.Directory, name + ".log"), arguments);
        return await server.WaitForResultAsync();
    }
}
