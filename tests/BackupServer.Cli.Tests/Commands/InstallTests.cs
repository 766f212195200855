using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Cli.Tests.Running;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.Cli.Tests.Commands;

public sealed class InstallTests(DevClusterFixture cluster)
{
    [Fact]
    public async Task Installing_again_changes_nothing_and_repairs_what_differs()
    {
        var resource = new GroupVersionResource("apiextensions.k8s.io", "v1", "customresourcedefinitions");
        var broken = new JsonArray(new JsonObject { ["op"] = "replace", ["path"] = "/spec/versions/0/additionalPrinterColumns/0/jsonPath", ["value"] = ".spec.broken" });
        await cluster.Client.PatchAsync(resource, null, "volumerestores.backupserver.io", Patch.Json(broken), cancellationToken: TestContext.Current.CancellationToken);

        var repaired = await cluster.RunAsync("install", "--crds-only");
        var again = await cluster.RunAsync("install", "--crds-only");

        Assert.Contains("volumerestores.backupserver.io updated", repaired.Out, StringComparison.Ordinal);
        Assert.Equal(8, again.Out.Split(" unchanged").Length - 1);
        Assert.Equal(0, again.Code);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_an_error_that_names_it()
    {
        var config = Path.GetTempFileName();
        await File.WriteAllTextAsync(config, """{"current-context":"a","contexts":[{"name":"a","context":{"cluster":"a","user":"a"}}],"users":[{"name":"a","user":{}}],"clusters":[{"name":"a","cluster":{"server":"http://127.0.0.1:1"}}]}""", TestContext.Current.CancellationToken);

        var run = await Run.Async(["backup", "get", "--kubeconfig", config]);

        Assert.Equal(1, run.Code);
        Assert.Contains("127.0.0.1:1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kubeconfig_that_is_not_there_is_an_error_that_names_it()
    {
        var run = await Run.Async(["backup", "get", "--kubeconfig", "/nowhere/config"]);

        Assert.Equal(1, run.Code);
        Assert.Contains("/nowhere/config", run.Error, StringComparison.Ordinal);
    }
}
