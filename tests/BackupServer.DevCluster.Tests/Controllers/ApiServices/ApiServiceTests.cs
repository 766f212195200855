using System.Net;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Tests.Kubectl;
using BackupServer.DevCluster.Tests.Nodes;

namespace BackupServer.DevCluster.Tests.Controllers.ApiServices;

/// <summary>A group whose server is away: discovery lists it and cannot say what it holds, and every request for it gets 503.</summary>
public sealed class ApiServiceTests(KubectlServer fixture) : IClassFixture<KubectlServer>
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private const string Services = "/apis/apiregistration.k8s.io/v1/apiservices";

    private ServerProcess Server => fixture.Server;

    private static CancellationToken Ct => RunningCluster.Ct;

    [Fact]
    public async Task The_group_of_an_APIService_without_its_Service_is_listed_and_answers_503()
    {
        await RegisterAsync("down.test", "none", "svc");

        var condition = await AvailableAsync("v1.down.test", "ServiceNotFound");

        Assert.Equal("False", condition.Text("status"));
        Assert.Equal("service/svc in \"none\" is not present", condition.Text("message"));
        Assert.Contains((await Server.GetAsync("/apis")).Items("groups"), group => group.Text("name") == "down.test");
        Assert.Equal("v1", (await Server.GetAsync("/apis/down.test")).Text("preferredVersion", "version"));
        foreach (var path in (string[])["/apis/down.test/v1", "/apis/down.test/v1/things", "/apis/down.test/v1/namespaces/default/things/t"])
        {
            using var answer = await Server.Client.GetAsync(path, Ct);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("service unavailable\n", await answer.Content.ReadAsStringAsync(Ct));
        }
    }

    [Fact]
    public async Task Aggregated_discovery_calls_the_version_stale_and_names_no_resources()
    {
        await RegisterAsync("stale.test", "none", "svc");
        await AvailableAsync("v1.stale.test", "ServiceNotFound");

        var group = (await AggregatedAsync()).Items("items").Single(item => item.Text("metadata", "name") == "stale.test");

        var version = Assert.Single(group.Items("versions"));
        Assert.Equal("Stale", version.Text("freshness"));
        Assert.Null(version["resources"]);
    }

    [Fact]
    public async Task A_group_is_gone_from_discovery_with_its_APIService()
    {
        await RegisterAsync("leaving.test", "none", "svc");
        await AvailableAsync("v1.leaving.test", "ServiceNotFound");

        using var deleted = await Server.Client.DeleteAsync($"{Services}/v1.leaving.test", Ct);

        deleted.EnsureSuccessStatusCode();
        await UntilAsync(async () => (await StatusAsync("/apis/leaving.test/v1")) == HttpStatusCode.NotFound, "the group is gone");
        Assert.DoesNotContain((await AggregatedAsync()).Items("items"), item => item.Text("metadata", "name") == "leaving.test");
    }

    [Fact]
    public async Task The_condition_follows_what_there_is_behind_the_APIService()
    {
        await RegisterAsync("behind.test", "default", "behind", port: 8443);
        await AvailableAsync("v1.behind.test", "ServiceNotFound");

        await CreateAsync("/api/v1/namespaces/default/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"behind"},"spec":{"ports":[{"name":"other","port":80}]}}""");
        Assert.Equal("service/behind in \"default\" is not listening on port 8443", (await AvailableAsync("v1.behind.test", "ServicePortError")).Text("message"));

        using var patched = await Server.Client.PatchAsync("/api/v1/namespaces/default/services/behind", Merge("""{"spec":{"ports":[{"name":"api","port":8443}]}}"""), Ct);
        patched.EnsureSuccessStatusCode();
        await AvailableAsync("v1.behind.test", "EndpointsNotFound");

        await CreateAsync("/api/v1/namespaces/default/endpoints", """{"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"behind"},"subsets":[{"addresses":[{"ip":"192.0.2.1"}],"ports":[{"name":"api","port":8443}]}]}""");
        await AvailableAsync("v1.behind.test", "FailedDiscoveryCheck");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync("/apis/behind.test/v1"));
    }

    [Fact]
    public async Task The_APIService_of_a_definition_comes_and_goes_with_it()
    {
        await fixture.OkAsync("kubectl", KubectlServer.Crd, "apply", "-f", "-");

        Assert.Equal("Local", (await AvailableAsync("v1.test.example.org", "Local")).Text("reason"));
        Assert.Equal("true", (await Server.GetAsync($"{Services}/v1.test.example.org")).Text("metadata", "labels", "kube-aggregator.kubernetes.io/automanaged"));

        await fixture.OkAsync("kubectl", null, "delete", "crd", "gears.test.example.org");
        await UntilAsync(async () => await StatusAsync($"{Services}/v1.test.example.org") == HttpStatusCode.NotFound, "the APIService is gone");
    }

    [Fact]
    public async Task The_APIService_of_a_built_in_group_comes_back_when_deleted()
    {
        var before = await Server.GetAsync($"{Services}/v1.policy");

        using var deleted = await Server.Client.DeleteAsync($"{Services}/v1.policy", Ct);

        deleted.EnsureSuccessStatusCode();
        await UntilAsync(async () => await StatusAsync($"{Services}/v1.policy") == HttpStatusCode.OK, "it is back");
        Assert.NotEqual(before.Uid(), (await Server.GetAsync($"{Services}/v1.policy")).Uid());
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/apis/policy/v1"));
    }

    [Fact]
    public async Task Kubectl_says_that_the_group_cannot_be_had_and_goes_on_with_the_others()
    {
        await RegisterAsync("kubectl.test", "none", "svc");
        await AvailableAsync("v1.kubectl.test", "ServiceNotFound");

        // Whether a stale group makes the exit code 1 differs between versions of kubectl.
        var (_, resources) = await fixture.RunAsync("kubectl", null, "api-resources");
        var (code, things) = await fixture.RunAsync("kubectl", null, "get", "--raw", "/apis/kubectl.test/v1/things");

        Assert.Contains("deployments", resources);
        Assert.Equal(1, code);
        Assert.Contains("the server is currently unable to handle the request", things);
        Assert.Contains("False (ServiceNotFound)", await fixture.OkAsync("kubectl", null, "get", "apiservice", "v1.kubectl.test"));
        await fixture.OkAsync("kubectl", null, "get", "deployments", "-A");
        await fixture.OkAsync("kubectl", null, "delete", "apiservice", "v1.kubectl.test");
    }

    private Task RegisterAsync(string group, string ns, string service, int? port = null) => CreateAsync(Services, $$$"""
        {"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.{{{group}}}"},"spec":{"group":"{{{group}}}","version":"v1",
         "groupPriorityMinimum":100,"versionPriority":10,"insecureSkipTLSVerify":true,
         "service":{"namespace":"{{{ns}}}","name":"{{{service}}}"{{{(port is null ? "" : $",\"port\":{port}")}}} } }}
        """);

    private async Task CreateAsync(string path, string json)
    {
        using var created = await Server.CreateAsync(path, JsonNode.Parse(json)!);
        Assert.True(created.StatusCode == HttpStatusCode.Created, await created.Content.ReadAsStringAsync(Ct));
    }

    private async Task<JsonObject> AvailableAsync(string name, string reason)
    {
        JsonObject? condition = null;
        await UntilAsync(
            async () => (condition = Conditions.Find((await Server.GetAsync(Services)).Items("items").FirstOrDefault(item => item.Name() == name), "Available")).Text("reason") == reason,
            $"{name} says {reason}");
        return condition!;
    }

    private async Task<JsonNode> AggregatedAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/apis");
        request.Headers.TryAddWithoutValidation("Accept", Aggregated);
        using var answer = await Server.Client.SendAsync(request, Ct);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!;
    }

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await Server.Client.GetAsync(path, Ct);
        return answer.StatusCode;
    }

    private static StringContent Merge(string json) => new(json, System.Text.Encoding.UTF8, "application/merge-patch+json");

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"not within a minute: {what}");
        }
    }
}
