using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Abstractions.Tests.Resources;

public sealed class RoundTripTests
{
    public static TheoryData<string> Kinds =>
        [.. Types.Select(static type => type.Name)];

    private static IEnumerable<Type> Types => typeof(CustomResourceAttribute).Assembly.GetTypes().Where(static type => type.IsDefined(typeof(CustomResourceAttribute)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_full_object_reads_back_as_it_was_written(string kind)
    {
        var type = Types.Single(type => type.Name == kind);
        var full = Sample.Full(type);

        var json = JsonSerializer.Serialize(full, type, KubernetesJson.Options);
        var back = JsonSerializer.Deserialize(json, type, KubernetesJson.Options);

        Assert.Equal(json, JsonSerializer.Serialize(back, type, KubernetesJson.Options));
        Assert.DoesNotContain("null", json);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_empty_object_writes_no_nulls_and_no_status(string kind)
    {
        var type = Types.Single(type => type.Name == kind);

        var json = JsonSerializer.SerializeToNode(Activator.CreateInstance(type), type, KubernetesJson.Options)!.AsObject();

        Assert.False(json.ContainsKey("status"));
        Assert.NotNull(json["spec"]);
        Assert.DoesNotContain("null", json.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Members_of_newer_versions_are_skipped(string kind)
    {
        var type = Types.Single(type => type.Name == kind);
        var node = JsonNode.Parse("""{"kind":"K","spec":{"unheardOf":{"a":[1]}},"status":{"phase":"New","alsoNew":3},"metadata":{"name":"n","managedFields":[]}}""")!;

        var resource = (ICustomResource)node.Deserialize(type, KubernetesJson.Options)!;

        Assert.Equal("n", resource.Metadata.Name);
    }
}
