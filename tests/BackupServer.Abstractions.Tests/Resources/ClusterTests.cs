using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;

namespace BackupServer.Abstractions.Tests.Resources;

/// <summary>The definitions as an API server sees them.</summary>
public sealed class ClusterTests(DevClusterProcess cluster) : IClassFixture<DevClusterProcess>
{
    public static TheoryData<string> Kinds => RoundTripTests.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_full_object_and_its_status_are_kept_whole(string kind)
    {
        var type = typeof(CustomResourceAttribute).Assembly.GetTypes().Single(type => type.Name == kind && type.IsDefined(typeof(CustomResourceAttribute), false));
        var sample = Node(Sample.Full(type), type);
        MakeConsistent(sample["spec"]!.AsObject());

        var (created, kept) = await cluster.SendAsync(HttpMethod.Post, Path(type), Headed(type, "full", sample["spec"]!));
        kept["status"] = sample["status"]!.DeepClone();
        var (updated, final) = await cluster.SendAsync(HttpMethod.Put, Path(type) + "/full/status", kept);

        Assert.True(created == 201, kept.ToJsonString());
        Assert.True(updated == 200, final.ToJsonString());
        Assert.True(JsonNode.DeepEquals(sample["spec"], final["spec"]), final["spec"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(sample["status"], final["status"]), final["status"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_object_without_a_specification_is_refused(string kind)
    {
        var type = typeof(CustomResourceAttribute).Assembly.GetTypes().Single(type => type.Name == kind && type.IsDefined(typeof(CustomResourceAttribute), false));
        var body = Headed(type, "empty", new JsonObject());
        body.Remove("spec");

        var (code, answer) = await cluster.SendAsync(HttpMethod.Post, Path(type), body);

        Assert.Equal(422, code);
        Assert.Contains("spec: Required value", (string)answer["message"]!);
    }

    [Fact]
    public async Task Defaults_are_filled_in()
    {
        var (_, backup) = await cluster.SendAsync(HttpMethod.Post, Path(typeof(Backup)), Headed(typeof(Backup), "defaults", new JsonObject()));

        Assert.Equal("""{"itemOperationTimeout":"4h0m0s","ttl":"720h0m0s","verification":"Sample"}""",
            new JsonObject(backup["spec"]!.AsObject().OrderBy(static member => member.Key, StringComparer.Ordinal).Select(static member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString());
    }

    [Theory]
    [InlineData("""{"ttl":"tomorrow"}""", "spec.ttl")]
    [InlineData("""{"ttl":"-1h"}""", "spec.ttl")]
    [InlineData("""{"verification":"Some"}""", "spec.verification: Unsupported value: \"Some\"")]
    [InlineData("""{"labelSelector":{},"orLabelSelectors":[{}]}""", "labelSelector and orLabelSelectors exclude each other")]
    [InlineData("""{"includedNamespaces":"shop"}""", "spec.includedNamespaces")]
    [InlineData("""{"includeNamespaces":["shop"]}""", "unknown field \"spec.includeNamespaces\"")]
    [InlineData("""{"labelSelector":{"matchExpressions":[{"key":"a"}]}}""", "spec.labelSelector.matchExpressions[0].operator: Required value")]
    public async Task A_bad_backup_is_refused_naming_the_field(string spec, string words)
    {
        var (code, answer) = await cluster.SendAsync(HttpMethod.Post, Path(typeof(Backup)), Headed(typeof(Backup), "bad", JsonNode.Parse(spec)!));

        Assert.InRange(code, 400, 422);
        Assert.Contains(words, (string)answer["message"]!);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"backupName":"a","scheduleName":"b"}""")]
    public async Task A_restore_names_exactly_one_of_backup_and_schedule(string spec)
    {
        var (code, answer) = await cluster.SendAsync(HttpMethod.Post, Path(typeof(Restore)), Headed(typeof(Restore), "bad", JsonNode.Parse(spec)!));

        Assert.Equal(422, code);
        Assert.Contains("exactly one of backupName and scheduleName is needed", (string)answer["message"]!);
    }

    /// <summary>A full object breaks the rules by which members exclude each other.</summary>
    private static void MakeConsistent(JsonObject spec)
    {
        if (spec.ContainsKey("backupName"))
        {
            spec.Remove("scheduleName");
        }

        spec.Remove("orLabelSelectors");
        spec["template"]?.AsObject().Remove("orLabelSelectors");
    }

    private static string Path(Type type) =>
        $"/apis/{CustomResourceAttribute.Group}/{CustomResourceAttribute.Version}/namespaces/default/{CustomResourceAttribute.Of(type).Plural}";

    private static JsonObject Headed(Type type, string name, JsonNode spec) => new()
    {
        ["apiVersion"] = $"{CustomResourceAttribute.Group}/{CustomResourceAttribute.Version}",
        ["kind"] = CustomResourceAttribute.Of(type).Kind,
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = spec.DeepClone(),
    };

    private static JsonNode Node(object value, Type type) => JsonSerializer.SerializeToNode(value, type, KubernetesJson.Options)!;
}
