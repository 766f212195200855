using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers.Scheduling;

namespace BackupServer.DevCluster.Tests.Controllers.Scheduling;

public sealed class NodeFitTests
{
    private const string Node = """{"metadata":{"name":"node-1","labels":{"zone":"a","cores":"8"}},"spec":{}}""";

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"nodeSelector":{"zone":"a"}}""", null)]
    [InlineData("""{"nodeSelector":{"zone":"b"}}""", "node(s) didn't match Pod's node affinity/selector")]
    [InlineData("""{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"cores","operator":"Gt","values":["4"]}]}]}}}}""", null)]
    [InlineData("""{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":["node-2"]}]}]}}}}""", "node(s) didn't match Pod's node affinity/selector")]
    [InlineData("""{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{}]}}}}""", "node(s) didn't match Pod's node affinity/selector")]
    public void Selectors_and_affinity_decide(string spec, string? expected)
    {
        Assert.Equal(expected, NodeFit.Refusal(Pod(spec), Parse(Node), []));
    }

    [Theory]
    [InlineData("{}", "node(s) had untolerated taint(s)")]
    [InlineData("""{"tolerations":[{"operator":"Exists"}]}""", null)]
    [InlineData("""{"tolerations":[{"key":"k","value":"v","effect":"NoSchedule"}]}""", null)]
    [InlineData("""{"tolerations":[{"key":"k","value":"other"}]}""", "node(s) had untolerated taint(s)")]
    public void Taints_keep_away_who_does_not_tolerate_them(string spec, string? expected)
    {
        var node = Parse("""{"metadata":{"name":"n"},"spec":{"taints":[{"key":"k","value":"v","effect":"NoSchedule"},{"key":"soft","effect":"PreferNoSchedule"}]}}""");

        Assert.Equal(expected, NodeFit.Refusal(Pod(spec), node, []));
    }

    [Fact]
    public void A_volume_of_another_node_refuses()
    {
        var volume = Parse("""{"spec":{"nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"In","values":["b"]}]}]}}}}""");

        Assert.Equal("node(s) didn't match PersistentVolume's node affinity", NodeFit.Refusal(Pod("{}"), Parse(Node), [volume]));
    }

    [Fact]
    public void A_cordoned_node_takes_nobody()
    {
        var node = Parse("""{"metadata":{"name":"n"},"spec":{"unschedulable":true}}""");

        Assert.Equal("node(s) were unschedulable", NodeFit.Refusal(Pod("{}"), node, []));
    }

    private static JsonObject Pod(string spec) => new() { ["metadata"] = new JsonObject(), ["spec"] = JsonNode.Parse(spec) };

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
